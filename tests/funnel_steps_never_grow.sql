-- Whoever reached a step passed every step before it that everybody must pass; an optional step has no more entries than
-- the required one before it. Numbered from 1 without a hole. Each person has one entry at least.
with steps as (
    select
        funnel_code,
        attribution,
        breakdown,
        breakdown_value,
        step_number,
        entry_count,
        entered_count,
        user_count,
        min(case when not is_optional then entry_count end) over (
            partition by funnel_code, attribution, breakdown, breakdown_value
            order by step_number
            rows between unbounded preceding and 1 preceding
        ) as least_count_before,
        row_number() over (
            partition by funnel_code, attribution, breakdown, breakdown_value
            order by step_number
        ) as place
    from {{ ref('funnel_steps') }}
)

select
    funnel_code,
    attribution,
    breakdown,
    breakdown_value,
    step_number,
    entry_count,
    least_count_before
from steps
where
    entry_count > least_count_before
    or entry_count < 0
    or entry_count > entered_count
    or user_count > entry_count
    or (user_count = 0) <> (entry_count = 0)
    or step_number <> place
    or (step_number = 1 and entry_count <> entered_count)
