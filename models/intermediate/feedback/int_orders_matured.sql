-- days that lie so far back that what was to be complained about has been
with matured as (
    select
        cast(
            {{ business_date('as_of') }}
            - {{ var('complaint_maturity_days') }} * interval '1' day as date
        ) as last_date
    from {{ ref('int_as_of') }}
),

orders as (
    select
        coalesce(orders.region, '(unknown)') as region,
        orders.ordered_date,
        orders.unit_key
    from {{ ref('int_orders_placed') }} as orders
    cross join matured
    where orders.ordered_date <= matured.last_date
),

dated_orders as (
    {{ in_every_period('orders', 'ordered_date') }}
)

select
    region,
    period_type,
    period_start_date,
    unit_key,
    count(*) as order_count
from dated_orders
group by region, period_type, period_start_date, unit_key
