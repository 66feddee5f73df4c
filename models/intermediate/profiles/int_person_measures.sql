-- what the rules of risks are held against; to add a measure: one more branch, no change further on
with lifecycles as (
    select * from {{ ref('int_person_lifecycles') }}
),

purchases as (
    select * from {{ ref('int_person_purchases') }}
),

facts as (
    select * from {{ ref('int_person_facts') }}
),

dates as (
    select
        as_of_date,
        cast(
            as_of_date - {{ var('activity_days') }} * interval '1' day as date
        ) as before_recent_date,
        cast(
            as_of_date - {{ 4 * var('activity_days') }} * interval '1' day as date
        ) as before_usual_date
    from {{ ref('int_profile_dates') }}
),

-- days of activity in the latest span, and in the three before it
spans as (
    select
        active_days.user_key,
        count(
            case when active_days.active_date > dates.before_recent_date then 1 end
        ) as recent_day_count,
        count(
            case when active_days.active_date <= dates.before_recent_date then 1 end
        ) as usual_day_count
    from {{ ref('int_person_days') }} as active_days
    cross join dates
    where active_days.active_date > dates.before_usual_date
    group by active_days.user_key
),

sends as (
    select
        user_key,
        max(case when fact_code = 'send_count' then fact_count end) as send_count,
        max(case when fact_code = 'response_count' then fact_count end)
            as response_count
    from facts
    group by user_key
)

select
    user_key,
    'days_since_active' as measure_code,
    cast(days_since_active as decimal(18, 4)) as measure
from lifecycles
union all
-- days since the last order, in mean gaps between this person's days of orders
select
    purchases.user_key,
    'order_gaps_passed' as measure_code,
    cast(
        cast(purchases.recency_days as {{ double_type() }})
        * (purchases.order_day_count - 1)
        -- never 0 here; Spark divides before it looks at the condition
        / nullif({{ days_between(
            'purchases.first_ordered_date', 'purchases.last_ordered_date'
        ) }}, 0) as decimal(18, 4)
    ) as measure
from purchases
where purchases.order_day_count > 1
union all
-- fewer days of activity than usual, as a share
select
    user_key,
    'activity_drop' as measure_code,
    cast(
        1 - cast(3 * recent_day_count as {{ double_type() }}) / usual_day_count
        as decimal(18, 4)
    ) as measure
from spans
where usual_day_count >= {{ var('activity_min_days') }}
union all
select
    user_key,
    'unanswered_send_count' as measure_code,
    cast(send_count as decimal(18, 4)) as measure
from sends
where send_count > 0 and response_count is null
union all
select
    user_key,
    fact_code as measure_code,
    cast(fact_count as decimal(18, 4)) as measure
from facts
where fact_code not in ('send_count', 'response_count')
