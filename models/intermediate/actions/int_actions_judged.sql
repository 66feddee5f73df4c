with matches as (
    select * from {{ ref('int_definition_matches') }}
    where definition_kind = 'rule'
),

rules as (
    select * from {{ ref('action_rules') }}
    where {{ of_this_industry() }}
),

consents as (
    select * from {{ ref('int_person_consents') }}
),

sends as (
    select * from {{ ref('int_person_sends') }}
),

action_items as (
    select * from {{ ref('int_action_items') }}
),

-- nobody ever closes a comment, a post or a call without an answer: a complaint stays
-- open for as long as risks look back
complainants as (
    select distinct cases.user_key
    from {{ ref('int_cases_assessed') }} as cases
    cross join {{ ref('int_profile_dates') }} as dates
    where
        cases.is_complaint
        and not cases.is_resolved
        and cases.opened_at <= dates.as_of
        and {{ business_date('cases.last_contact_at') }} > dates.before_risk_date
        and cases.user_key is not null
),

-- what was held back was not sent, and disturbed nobody
sent as (
    select
        matches.definition_code as rule_code,
        matches.user_key,
        count(*) as send_count
    from matches
    inner join rules on matches.definition_code = rules.rule_code
    inner join sends on matches.user_key = sends.user_key
    where not sends.is_holdout and sends.age_seconds < rules.cap_days * 86400
    group by matches.definition_code, matches.user_key
),

-- who was held back of a rule waits as long as who was addressed
cooling as (
    select distinct
        rules.rule_code,
        sends.user_key
    from rules
    inner join sends
        on
            rules.rule_code = sends.campaign
            and sends.age_seconds < rules.cooldown_days * 86400
)

select
    rules.rule_code,
    matches.user_key,
    matches.entered_at,
    rules.priority,
    action_items.item_id,
    action_items.reason_item_id,
    case
        when not outreach.is_granted or not purposes.is_granted then 'no_consent'
        when rules.is_blocked_by_complaint and complainants.user_key is not null
            then 'open_complaint'
        when cooling.user_key is not null then 'cooling_down'
        when coalesce(sent.send_count, 0) >= rules.max_sends then 'too_many_messages'
        when rules.item_source <> 'none' and action_items.item_id is null then 'no_item'
    end as refusal_reason,
    {{ holdout_number('matches.user_key', 'rules.rule_code') }}
    < rules.holdout_share * 10000 as is_holdout
from matches
inner join rules on matches.definition_code = rules.rule_code
-- an action is outreach, whatever else it is
inner join consents as outreach
    on matches.user_key = outreach.user_key and outreach.purpose = 'outreach'
inner join consents as purposes
    on
        matches.user_key = purposes.user_key
        and rules.purpose = purposes.purpose
left join complainants on matches.user_key = complainants.user_key
left join cooling
    on
        rules.rule_code = cooling.rule_code
        and matches.user_key = cooling.user_key
left join sent
    on
        rules.rule_code = sent.rule_code
        and matches.user_key = sent.user_key
left join action_items
    on
        rules.item_source = action_items.item_source
        and matches.user_key = action_items.user_key
