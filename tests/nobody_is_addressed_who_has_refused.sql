-- Of every action on a list its person agrees to outreach and to the purpose of the rule; so does every member of an audience
-- to the audience's purpose, and whoever is recommended something to personalisation.
with refusals as (
    select
        {{ key_as_id('user_key') }} as user_id,
        purpose
    from {{ ref('int_person_consents') }}
    where not is_granted
),

asked as (
    select
        'next_best_actions' as mart,
        actions.user_id,
        rules.purpose
    from {{ ref('next_best_actions') }} as actions
    inner join {{ ref('action_rules') }} as rules
        on actions.rule_code = rules.rule_code
    union all
    select
        'next_best_actions' as mart,
        user_id,
        'outreach' as purpose
    from {{ ref('next_best_actions') }}
    union all
    select
        'audiences' as mart,
        members.user_id,
        definitions.purpose
    from {{ ref('audiences') }} as members
    inner join {{ ref('audience_definitions') }} as definitions
        on members.audience_code = definitions.audience_code
    union all
    select
        'item_recommendations' as mart,
        user_id,
        'personalisation' as purpose
    from {{ ref('item_recommendations') }}
)

select
    asked.mart,
    asked.user_id,
    asked.purpose
from asked
inner join refusals
    on
        asked.user_id = refusals.user_id
        and asked.purpose = refusals.purpose
