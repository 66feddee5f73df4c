-- persons by whether they were satisfied at a touchpoint, and by whether they had
-- complained, with how many reached the outcome
with states as (
    select * from {{ ref('int_driver_states') }}
),

outcomes as (
    select * from {{ ref('int_driver_outcomes') }}
),

complaints as (
    select
        user_key,
        min(opened_at) as first_opened_at
    from {{ ref('int_cases_assessed') }}
    where is_complaint and user_key is not null
    group by user_key
),

exposures as (
    select
        outcome_code,
        touchpoint_code as factor_code,
        is_satisfied as is_exposed,
        is_reached
    from states
    union all
    select
        outcomes.outcome_code,
        '(complaint)' as factor_code,
        coalesce(complaints.first_opened_at < outcomes.opens_at, false) as is_exposed,
        outcomes.is_reached
    from outcomes
    left join complaints on outcomes.user_key = complaints.user_key
)

select
    outcome_code,
    factor_code,
    count(case when is_exposed then 1 end) as exposed_count,
    count(case when is_exposed and is_reached then 1 end) as exposed_reached_count,
    count(case when not is_exposed then 1 end) as other_count,
    count(case when not is_exposed and is_reached then 1 end) as other_reached_count
from exposures
group by outcome_code, factor_code
