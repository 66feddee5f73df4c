with rules as (
    select * from {{ ref('action_rules') }}
    where {{ of_this_industry() }}
),

goals as (
    select goal_code from {{ ref('goals') }}
    where {{ of_this_industry() }} and is_sent_for
),

counts as (
    select * from {{ ref('action_rule_counts') }}
),

-- sends carry the rule's code as their campaign
lifts as (
    select * from {{ ref('outreach_lift') }}
    where medium = '(all)'
),

-- what a lift counts once the time for the goal has passed
sent as (
    select distinct campaign
    from {{ ref('int_sends_reached') }}
)

select
    rules.rule_code,
    rules.action_code,
    rules.action_name,
    rules.action_name_zh,
    coalesce(rules.goal_code, goals.goal_code) as goal_code,
    counts.action_count,
    counts.held_out_count,
    lifts.treated_user_count,
    lifts.treated_converted_count,
    lifts.holdout_user_count,
    lifts.holdout_converted_count,
    lifts.lift,
    lifts.lift_low,
    lifts.lift_high,
    lifts.relative_lift,
    lifts.relative_lift_low,
    lifts.relative_lift_high,
    lifts.people_needed,
    case
        when lifts.verdict is not null then lifts.verdict
        when sent.campaign is not null then 'immature'
        else 'not sent'
    end as verdict,
    coalesce(lifts.is_suppressed, true) as is_suppressed,
    cast(
        row_number() over (
            order by
                case when lifts.lift is null then 1 else 0 end asc,
                lifts.lift desc,
                rules.rule_code asc
        ) as bigint
    ) as scoreboard_rank
from rules
cross join goals
inner join counts on rules.rule_code = counts.rule_code
left join lifts on rules.rule_code = lifts.campaign
left join sent on rules.rule_code = sent.campaign
