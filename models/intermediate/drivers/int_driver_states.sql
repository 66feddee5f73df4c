with answers as (
    select * from {{ ref('int_driver_answers') }}
),

outcomes as (
    select * from {{ ref('int_driver_outcomes') }}
),

ranked as (
    select
        outcomes.outcome_code,
        outcomes.user_key,
        answers.touchpoint_code,
        answers.is_satisfied,
        outcomes.is_reached,
        outcomes.outcome_value,
        row_number() over (
            partition by
                outcomes.outcome_code,
                outcomes.user_key,
                answers.touchpoint_code
            order by answers.answered_at desc, answers.record_key desc
        ) as answer_number
    from outcomes
    inner join answers
        on
            outcomes.user_key = answers.user_key
            and outcomes.opens_at > answers.answered_at
)

select
    outcome_code,
    user_key,
    touchpoint_code,
    is_satisfied,
    is_reached,
    outcome_value
from ranked
where answer_number = 1
