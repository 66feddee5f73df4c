with purchases as (
    select * from {{ ref('int_person_orders') }}
    where is_purchase
),

windows as (
    {%- for days in var('repurchase_windows') %}
    select {{ days }} as window_days
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

dates as (
    select * from {{ ref('int_profile_dates') }}
),

first_orders as (
    select
        user_key,
        min(ordered_date) as first_ordered_date
    from purchases
    group by user_key
),

-- a second order on the day of the first is part of the same purchase
second_orders as (
    select
        purchases.user_key,
        min(purchases.ordered_date) as second_ordered_date
    from purchases
    inner join first_orders on purchases.user_key = first_orders.user_key
    where purchases.ordered_date > first_orders.first_ordered_date
    group by purchases.user_key
),

waits as (
    select
        cast(date_trunc('month', first_orders.first_ordered_date) as date)
            as cohort_month_date,
        {{ days_between(
            'first_orders.first_ordered_date', 'second_orders.second_ordered_date'
        ) }} as days_to_second
    from first_orders
    left join second_orders on first_orders.user_key = second_orders.user_key
),

counted as (
    select
        waits.cohort_month_date,
        windows.window_days,
        count(*) as buyers,
        count(case when waits.days_to_second <= windows.window_days then 1 end)
            as repurchasers
    from waits
    cross join windows
    group by waits.cohort_month_date, windows.window_days
),

-- mature once the last who could come into the cohort has had the whole window
matured as (
    select
        counted.*,
        cast(counted.cohort_month_date + interval '1' month as date)
        + counted.window_days * interval '1' day
        <= dates.as_of_date + interval '1' day as is_mature
    from counted
    cross join dates
),

judged as (
    select
        *,
        case when is_mature then buyers end as mature_buyers
    from matured
)

select
    cohort_month_date,
    window_days,
    buyers,
    repurchasers,
    {{ published_share('repurchase_rate', 'repurchasers', 'mature_buyers') }},
    is_mature,
    {{ is_suppressed('buyers') }} as is_suppressed
from judged
