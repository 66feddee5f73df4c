with actions as (
    select * from {{ ref('int_effect_actions') }}
),

arms as (
    select
        action_key,
        count(case when arm = 'treated' then 1 end) as treated_count,
        count(case when arm = 'control' then 1 end) as control_count
    from {{ ref('int_effect_units') }}
    group by action_key
),

judged as (
    select
        actions.action_key,
        actions.control_segment,
        actions.fault,
        coalesce(actions.after_end_date < actions.after_start_date, false)
            as is_immature,
        arms.treated_count,
        arms.control_count
    from actions
    left join arms on actions.action_key = arms.action_key
)

-- a segment that nobody ever was in is a misspelt one rather than an empty one
select
    action_key,
    is_immature,
    case
        when fault is not null then fault
        when is_immature then null
        when coalesce(treated_count, 0) = 0 then 'nobody_treated'
        when control_segment is not null and coalesce(control_count, 0) = 0
            then 'nobody_in_control'
    end as reason_code
from judged
