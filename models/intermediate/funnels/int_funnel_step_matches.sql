{{ config(materialized='view') }}
with rules as (
    select
        *,
        min(step_number) over (
            partition by funnel_number, interaction_type
        ) as first_step_number
    from {{ ref('int_funnel_step_rules') }}
    where step_kind <> 'exclusion'
),

repeats as (
    select distinct funnel_number
    from rules
    where first_step_number < step_number
),

steps as (
    select
        funnel_number,
        step_number,
        step_kind,
        step_order,
        hold_constant,
        min(step_window_hours) as step_window_hours
    from rules
    group by funnel_number, step_number, step_kind, step_order, hold_constant
),

-- a stretch leads from one required step to the next; optional steps lie inside it
stretches as (
    select
        *,
        max(case when step_kind = 'required' then step_number end) over (
            partition by funnel_number
            order by step_number
            rows between unbounded preceding and 1 preceding
        ) as stretch_begins_after,
        -- the place among required steps of the one that ends the stretch
        1 + count(case when step_kind = 'required' then 1 end) over (
            partition by funnel_number
            order by step_number
            rows between unbounded preceding and 1 preceding
        ) as stretch_place,
        min(case when step_kind = 'required' then step_number end) over (
            partition by funnel_number
            order by step_number
            rows between current row and unbounded following
        ) as stretch_ends_with
    from steps
)

select
    stretches.funnel_number,
    stretches.step_number,
    rules.interaction_type,
    stretches.step_number = rules.step_number as is_reaching,
    -- a step before has the same type: it takes another one of them
    rules.first_step_number < stretches.step_number
    and stretches.step_number = rules.step_number as is_repeat,
    repeats.funnel_number is not null as has_repeats,
    stretches.step_order <> 'any' and stretches.step_kind = 'required' as is_required,
    stretches.step_order = 'any' as is_any_order,
    -- in any order all steps follow the first
    case when stretches.step_order = 'any' then 2 else stretches.stretch_place end
        as stretch_place,
    stretches.hold_constant,
    stretches.step_window_hours
from stretches
inner join rules
    on
        stretches.funnel_number = rules.funnel_number
        and (
            stretches.step_number = rules.step_number
            -- what does not belong to the stretch breaks a strict funnel
            or (
                stretches.step_order = 'strict'
                and (
                    stretches.stretch_begins_after >= rules.step_number
                    or stretches.stretch_ends_with < rules.step_number
                )
            )
        )
left join repeats on stretches.funnel_number = repeats.funnel_number
where stretches.step_number > 1
