with complaints as (
    select
        touchpoint_code,
        period_type,
        period_start_date,
        sum(complaint_count) as complaint_count,
        sum(complaint_square_sum) as complaint_square_sum,
        sum(product_sum) as product_sum
    from {{ ref('int_complaints_matured') }}
    where period_type <> 'day'
    group by touchpoint_code, period_type, period_start_date
),

orders as (
    select
        period_type,
        period_start_date,
        sum(order_count) as order_count,
        sum(order_count * order_count) as order_square_sum
    from {{ ref('int_orders_matured') }}
    where period_type <> 'day'
    group by period_type, period_start_date
),

touchpoints as (
    select distinct about_touchpoint_code as touchpoint_code
    from {{ ref('int_cases_assessed') }}
    where is_complaint
),

periods as (
    select
        period_type,
        period_start_date
    from orders
    union
    select
        period_type,
        period_start_date
    from complaints
),

as_of as (
    select {{ business_date('as_of') }} as as_of_date
    from {{ ref('int_as_of') }}
),

-- a period without a complaint about the touchpoint has a rate, of 0
counted as (
    select
        touchpoints.touchpoint_code,
        periods.period_type,
        periods.period_start_date,
        coalesce(orders.order_count, 0) as order_count,
        coalesce(orders.order_square_sum, 0) as order_square_sum,
        coalesce(complaints.complaint_count, 0) as complaint_count,
        coalesce(complaints.complaint_square_sum, 0) as complaint_square_sum,
        coalesce(complaints.product_sum, 0) as product_sum,
        {{ ratio('coalesce(complaints.complaint_count, 0)', 'orders.order_count') }}
            as complaint_rate,
        coalesce(
            {{ date_after_period('periods.period_type', 'periods.period_start_date') }}
            + {{ var('complaint_maturity_days') }} * interval '1' day
            <= as_of.as_of_date + interval '1' day,
            true
        ) as is_mature
    from touchpoints
    cross join periods
    cross join as_of
    left join orders
        on
            periods.period_type = orders.period_type
            and periods.period_start_date is not distinct from orders.period_start_date
    left join complaints
        on
            touchpoints.touchpoint_code = complaints.touchpoint_code
            and periods.period_type = complaints.period_type
            and periods.period_start_date
            is not distinct from complaints.period_start_date
)

select
    touchpoint_code,
    period_type,
    period_start_date,
    cast(order_count as bigint) as order_count,
    cast(complaint_count as bigint) as complaint_count,
    complaint_rate,
    is_mature,
    case when is_mature then cast(order_count as bigint) end as mature_order_count,
    -- how many times as much complaints vary over persons as independent ones would
    greatest(1, coalesce(
        (
            complaint_square_sum
            - 2 * complaint_rate * product_sum
            + complaint_rate * complaint_rate * order_square_sum
        ) / nullif(complaint_count, 0),
        1
    )) as spread
from counted
