with tags as (
    select * from {{ ref('int_person_tags') }}
),

definitions as (
    select * from {{ ref('tags') }}
    where {{ of_this_industry() }}
)

select
    {{ key_as_id('tags.user_key') }} as user_id,
    tags.tag_code,
    definitions.tag_name,
    definitions.tag_name_zh,
    tags.first_at as first_met_at,
    tags.last_at as last_met_at,
    tags.evidence_count,
    definitions.reason,
    definitions.reason_zh
from tags
inner join definitions on tags.tag_code = definitions.tag_code
