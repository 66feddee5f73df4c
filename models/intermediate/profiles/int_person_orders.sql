with orders as (
    select * from {{ ref('int_orders_converted') }}
    where is_paid or is_return
),

identifier_sets as (
    select * from {{ ref('int_identifier_sets_resolved') }}
),

dates as (
    select * from {{ ref('int_profile_dates') }}
)

select
    identifier_sets.user_key,
    orders.order_key,
    orders.channel_code,
    orders.ordered_at,
    orders.ordered_date,
    orders.net_amount,
    -- what was refunded in full was no purchase in the end
    orders.is_paid and not orders.is_refunded_in_full as is_purchase
from orders
inner join identifier_sets
    on orders.identifier_set_key = identifier_sets.identifier_set_key
cross join dates
where
    identifier_sets.user_key is not null
    and orders.ordered_at <= dates.as_of
