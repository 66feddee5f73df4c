-- orders of a region in the window of days up to each day
with rules as (
    select * from {{ ref('int_alert_rules') }}
    where kind = 'concentration'
),

days as (
    select * from {{ ref('int_alert_days') }}
),

orders as (
    select
        orders.region,
        days.day_number,
        count(*) as order_count
    from {{ ref('int_orders_placed') }} as orders
    inner join days on orders.ordered_date = days.calendar_date
    where orders.region is not null
    group by orders.region, days.day_number
),

regions as (
    select distinct region
    from orders
),

summed as (
    select
        regions.region,
        days.day_number,
        sum(coalesce(orders.order_count, 0)) over (
            partition by regions.region
            order by days.day_number
            rows between unbounded preceding and current row
        ) as order_count
    from regions
    cross join days
    left join orders
        on regions.region = orders.region and days.day_number = orders.day_number
)

select
    rules.rule_code,
    summed.region,
    summed.day_number,
    cast(summed.order_count - coalesce(earlier.order_count, 0) as bigint) as order_count
from summed
cross join rules
left join summed as earlier
    on
        summed.region = earlier.region
        and summed.day_number - rules.window_days = earlier.day_number
