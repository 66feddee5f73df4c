with orders as (
    select * from {{ ref('int_orders_converted') }}
),

identifier_sets as (
    select * from {{ ref('int_identifier_sets_resolved') }}
)

select
    {{ key_as_id('orders.order_key') }} as order_id,
    {{ key_as_id('identifier_sets.user_key') }} as user_id,
    orders.source_system,
    orders.channel_code,
    orders.ordered_at,
    orders.ordered_date,
    orders.paid_at,
    orders.cancelled_at,
    orders.refunded_at,
    orders.currency_code,
    orders.gross_amount,
    orders.refund_amount,
    orders.net_amount,
    orders.is_paid,
    orders.is_cancelled,
    orders.is_return,
    orders.campaign,
    orders.region
from orders
left join identifier_sets
    on orders.identifier_set_key = identifier_sets.identifier_set_key
