-- Whoever reached a step passed every step before it that everybody must pass; an optional step has no more people than
-- the required one before it. Numbered from 1 without a hole.
with steps as (
    select
        funnel_code,
        breakdown,
        breakdown_value,
        step_number,
        user_count,
        entered_count,
        min(case when not is_optional then user_count end) over (
            partition by funnel_code, breakdown, breakdown_value
            order by step_number
            rows between unbounded preceding and 1 preceding
        ) as least_count_before,
        row_number() over (
            partition by funnel_code, breakdown, breakdown_value
            order by step_number
        ) as place
    from {{ ref('funnel_steps') }}
)

select
    funnel_code,
    breakdown,
    breakdown_value,
    step_number,
    user_count,
    least_count_before
from steps
where
    user_count > least_count_before
    or user_count < 0
    or user_count > entered_count
    or step_number <> place
    or (step_number = 1 and user_count <> entered_count)
