with matches as (
    select * from {{ ref('int_definition_matches') }}
    where definition_kind = 'audience'
),

definitions as (
    select * from {{ ref('audience_definitions') }}
    where {{ of_this_industry() }}
),

consents as (
    select * from {{ ref('int_person_consents') }}
    where is_granted
)

select
    definitions.audience_code,
    matches.user_key,
    matches.entered_at
from matches
inner join definitions on matches.definition_code = definitions.audience_code
inner join consents
    on
        matches.user_key = consents.user_key
        and definitions.purpose = consents.purpose
