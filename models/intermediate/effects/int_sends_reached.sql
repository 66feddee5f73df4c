{{ config(materialized='view') }}
with rules as (
    select
        rule_code,
        goal_code
    from {{ ref('action_rules') }}
    where {{ of_this_industry() }}
),

goals as (
    select goal_code from {{ ref('goals') }}
    where {{ of_this_industry() }} and is_sent_for
)

select
    sends.record_key as send_key,
    identifier_sets.user_key,
    sends.medium,
    sends.campaign,
    -- sends carry the rule's code as their campaign
    coalesce(rules.goal_code, goals.goal_code) as goal_code,
    coalesce(sends.is_holdout, false) as is_holdout,
    -- who is held out gets nothing: when it would have been sent stands for the delivery
    coalesce(sends.delivered_at, sends.sent_at) as reached_at,
    least(sends.opened_at, sends.clicked_at, sends.responded_at) as opened_at
from {{ ref('int_outreach_sends_scoped') }} as sends
inner join {{ ref('int_identifier_sets_resolved') }} as identifier_sets
    on sends.identifier_set_key = identifier_sets.identifier_set_key
cross join goals
left join rules on sends.campaign = rules.rule_code
where
    identifier_sets.user_key is not null
    and (sends.is_holdout or sends.is_delivered)
