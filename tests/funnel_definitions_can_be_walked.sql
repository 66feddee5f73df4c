-- What the models take for granted of every funnel's definition: its steps are numbered from 1 without gaps, and two or
-- more are required; all steps have rows that agree; the first is required;
-- exclusions come last; in any order every step is required; a target is a share, and the entry has none. An interaction type stands in one step, or
-- comes again in required steps of an ordered funnel whose entries do not end with it and are not bound to an order.
with rules as (
    select * from {{ ref('int_funnel_step_rules') }}
),

steps as (
    select
        funnel_code,
        step_number,
        min(step_order) as step_order,
        min(step_kind) as step_kind,
        min(step_kind) = max(step_kind)
        and min(step_name) = max(step_name)
        and count(distinct coalesce(step_window_hours, -1)) = 1
        and count(distinct coalesce(target_rate, -1)) = 1 as rows_agree,
        min(step_window_hours) as step_window_hours,
        min(target_rate) as target_rate
    from rules
    group by funnel_code, step_number
),

followed as (
    select
        *,
        max(case when step_kind <> 'exclusion' then step_number end) over (
            partition by funnel_code
        ) as last_step_number
    from steps
),

wrong_steps as (
    select
        funnel_code,
        step_number
    from followed
    where
        not rows_agree
        or (step_number = 1 and step_kind <> 'required')
        or (step_kind = 'exclusion' and step_number < last_step_number)
        or (step_kind = 'optional' and step_order = 'any')
        or (step_number = 1 and step_window_hours is not null)
        or (step_number = 1 and target_rate is not null)
        or step_window_hours <= 0
        or target_rate not between 0 and 1
),

counted as (
    select
        funnels.funnel_code,
        count(steps.step_number) as step_count,
        min(steps.step_number) as first_number,
        max(steps.step_number) as last_number,
        count(case when steps.step_kind = 'required' then 1 end) as required_count
    from {{ ref('funnel_definitions') }} as funnels
    left join steps on funnels.funnel_code = steps.funnel_code
    where {{ of_this_industry('funnels.industry') }}
    group by funnels.funnel_code
),

wrong_funnels as (
    select
        funnel_code,
        coalesce(last_number, 0) as step_number
    from counted
    where
        step_count = 0
        or first_number <> 1
        or last_number <> step_count
        or required_count < 2
),

wrong_types as (
    select
        funnel_code,
        min(step_number) as step_number
    from rules
    group by funnel_code, interaction_type
    having
        count(*) > 1
        and (
            min(step_kind) <> 'required'
            or max(step_kind) <> 'required'
            or min(step_order) <> 'ordered'
            or min(entry_rule) = 'every'
            or min(coalesce(hold_constant, '')) = 'order_key'
        )
),

-- steps that stand under an industry which has no such funnel
homeless_steps as (
    select
        steps.funnel_code,
        steps.step_number
    from {{ ref('funnel_step_definitions') }} as steps
    left join {{ ref('funnel_definitions') }} as funnels
        on
            steps.funnel_code = funnels.funnel_code
            and {{ of_this_industry('funnels.industry') }}
    where
        {{ of_this_industry('steps.industry') }}
        and steps.industry <> 'all'
        and funnels.funnel_code is null
)

select * from wrong_steps
union all
select * from homeless_steps
union all
select * from wrong_funnels
union all
select * from wrong_types
