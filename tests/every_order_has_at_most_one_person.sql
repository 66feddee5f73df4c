-- An order is listed once, and the touchpoint that it is has the order's person.
with orders as (
    select
        order_id,
        count(*) as row_count,
        max(user_id) as user_id
    from {{ ref('fct_orders') }}
    group by order_id
)

select
    orders.order_id,
    orders.row_count,
    orders.user_id,
    {{ key_as_id('touchpoints.user_key') }} as touchpoint_user_id
from orders
left join {{ ref('int_touchpoints_resolved') }} as touchpoints
    on {{ id_as_key('orders.order_id') }} = touchpoints.touchpoint_key
where
    orders.row_count > 1
    or (
        touchpoints.touchpoint_key is not null
        and coalesce(orders.user_id, '')
        <> coalesce({{ key_as_id('touchpoints.user_key') }}, '')
    )
