with orders as (
    select * from {{ ref('int_person_orders') }}
),

dates as (
    select * from {{ ref('int_profile_dates') }}
),

summed as (
    select
        orders.user_key,
        min(case when orders.is_purchase then orders.ordered_date end)
            as first_ordered_date,
        max(case when orders.is_purchase then orders.ordered_date end)
            as last_ordered_date,
        count(distinct case when orders.is_purchase then orders.ordered_date end)
            as order_day_count,
        count(
            case
                when
                    orders.is_purchase
                    and orders.ordered_date > dates.before_rfm_date
                    then 1
            end
        ) as order_count,
        sum(
            case
                when orders.ordered_date > dates.before_rfm_date
                    then orders.net_amount
            end
        ) as net_amount
    from orders
    cross join dates
    group by orders.user_key
)

select
    summed.user_key,
    summed.first_ordered_date,
    summed.last_ordered_date,
    summed.order_day_count,
    summed.order_count,
    cast(coalesce(summed.net_amount, 0) as decimal(18, 2)) as net_amount,
    {{ days_between('summed.last_ordered_date', 'dates.as_of_date') }} as recency_days
from summed
cross join dates
