with cells as (
    select * from {{ ref('int_satisfaction_counted') }}
),

contacts as (
    select * from {{ ref('int_contacts_counted') }}
),

orders as (
    select
        region,
        period_type,
        period_start_date,
        sum(order_count) as order_count,
        sum(order_count * order_count) as order_square_sum
    from {{ ref('int_orders_matured') }}
    group by region, period_type, period_start_date
),

complaints as (
    select * from {{ ref('int_complaints_matured') }}
),

as_of as (
    select {{ business_date('as_of') }} as as_of_date
    from {{ ref('int_as_of') }}
),

counted as (
    select
        cells.touchpoint_code,
        cells.channel_code,
        cells.region,
        cells.period_type,
        cells.period_start_date,
        coalesce(contacts.contact_count, 0) as contact_count,
        coalesce(orders.order_count, 0) as order_count,
        orders.order_square_sum,
        coalesce(complaints.complaint_count, 0) as complaint_count,
        coalesce(complaints.complaint_square_sum, 0) as complaint_square_sum,
        coalesce(complaints.product_sum, 0) as product_sum,
        {{ ratio('coalesce(complaints.complaint_count, 0)', 'orders.order_count') }}
            as complaint_rate,
        -- the period's last day must have matured, too
        cells.period_type = 'all'
        or case cells.period_type
            when 'day' then cells.period_start_date + interval '1' day
            when 'week' then cells.period_start_date + interval '7' day
            when 'month' then cells.period_start_date + interval '1' month
        end + {{ var('complaint_maturity_days') }} * interval '1' day
        <= as_of.as_of_date + interval '1' day as is_mature
    from cells
    left join contacts
        on
            cells.touchpoint_code = contacts.touchpoint_code
            and cells.channel_code = contacts.channel_code
            and cells.region = contacts.region
            and cells.period_type = contacts.period_type
            and cells.period_start_date
            is not distinct from contacts.period_start_date
    left join orders
        on
            cells.region = orders.region
            and cells.period_type = orders.period_type
            and cells.period_start_date is not distinct from orders.period_start_date
    left join complaints
        on
            cells.touchpoint_code = complaints.touchpoint_code
            and cells.channel_code = complaints.channel_code
            and cells.region = complaints.region
            and cells.period_type = complaints.period_type
            and cells.period_start_date
            is not distinct from complaints.period_start_date
    cross join as_of
)

select
    touchpoint_code,
    channel_code,
    region,
    period_type,
    period_start_date,
    contact_count,
    cast(order_count as bigint) as order_count,
    cast(complaint_count as bigint) as complaint_count,
    complaint_rate,
    is_mature,
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
