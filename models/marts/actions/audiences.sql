with members as (
    select * from {{ ref('int_audience_members') }}
),

definitions as (
    select * from {{ ref('audience_definitions') }}
    where {{ of_this_industry() }}
)

select
    members.audience_code,
    {{ key_as_id('members.user_key') }} as user_id,
    members.entered_at,
    definitions.audience_name,
    definitions.audience_name_zh,
    definitions.rule_code
from members
inner join definitions on members.audience_code = definitions.audience_code
