-- when each person's window opens, and whether it held what it is about
with answers as (
    select * from {{ ref('int_driver_answers') }}
),

driven_goals as (
    select goal_code from {{ ref('goals') }}
    where {{ of_this_industry() }} and is_driven
),

orders as (
    select
        identifier_sets.user_key,
        orders.ordered_at,
        orders.ordered_date,
        -- what was refunded in full brought nobody back
        not orders.is_refunded_in_full as is_kept
    from {{ ref('int_orders_converted') }} as orders
    inner join {{ ref('int_identifier_sets_resolved') }} as identifier_sets
        on orders.identifier_set_key = identifier_sets.identifier_set_key
    where orders.is_paid and identifier_sets.user_key is not null
),

as_of as (
    select * from {{ ref('int_as_of') }}
),

ranked_overall as (
    select
        user_key,
        answered_at,
        score_scaled,
        is_satisfied,
        row_number() over (
            partition by user_key
            order by answered_at desc, record_key desc
        ) as answer_number
    from {{ ref('int_scores_attributed') }}
    where
        user_key is not null
        and score_scaled is not null
        and score_type = '{{ var("overall_score_type") }}'
),

first_orders as (
    select
        user_key,
        min(ordered_at) as first_ordered_at,
        min(ordered_date) as first_ordered_date
    from orders
    group by user_key
),

starts as (
    select
        'conversion' as outcome_code,
        user_key,
        min(answered_at) as started_at,
        cast(null as date) as first_ordered_date
    from answers
    group by user_key
    union all
    select
        'repurchase' as outcome_code,
        answers.user_key,
        min(answers.answered_at) as started_at,
        min(first_orders.first_ordered_date) as first_ordered_date
    from answers
    inner join first_orders
        on
            answers.user_key = first_orders.user_key
            and answers.answered_at >= first_orders.first_ordered_at
    group by answers.user_key
),

windows as (
    select
        starts.*,
        starts.started_at + {{ var('driver_collect_hours') }} * interval '1' hour
            as opens_at,
        starts.started_at + {{ var('driver_collect_hours') }} * interval '1' hour
        + {{ var('driver_window_days') }} * interval '24' hour as ends_at
    from starts
),

events as (
    select
        'conversion' as outcome_code,
        conversions.user_key,
        conversions.converted_at as happened_at,
        cast(null as date) as ordered_date
    from {{ ref('int_conversions') }} as conversions
    inner join driven_goals on conversions.goal_code = driven_goals.goal_code
    where conversions.user_key is not null
    union all
    select
        'repurchase' as outcome_code,
        user_key,
        ordered_at as happened_at,
        ordered_date
    from orders
    where is_kept
),

reached as (
    select
        windows.outcome_code,
        windows.user_key,
        windows.opens_at,
        count(case when events.happened_at > windows.opens_at then 1 end)
            as within_count,
        count(case when events.happened_at <= windows.opens_at then 1 end)
            as before_count
    from windows
    cross join as_of
    left join events
        on
            windows.outcome_code = events.outcome_code
            and windows.user_key = events.user_key
            and windows.ends_at >= events.happened_at
            and (
                windows.first_ordered_date is null
                or windows.first_ordered_date < events.ordered_date
            )
    where windows.ends_at <= as_of.as_of
    group by windows.outcome_code, windows.user_key, windows.opens_at
)

select
    outcome_code,
    user_key,
    opens_at,
    within_count > 0 as is_reached,
    cast(case when within_count > 0 then 1 else 0 end as decimal(18, 9))
        as outcome_value
from reached
-- who has bought again before the window opened cannot come back in it
where outcome_code = 'conversion' or before_count = 0
union all
select
    'overall' as outcome_code,
    user_key,
    answered_at as opens_at,
    is_satisfied as is_reached,
    cast(score_scaled as decimal(18, 9)) as outcome_value
from ranked_overall
where answer_number = 1
