with orders as (
    select {{ id_as_key('order_id') }} as order_key
    from {{ ref('fct_orders') }}
)

select
    touchpoints.touchpoint_key,
    touchpoints.order_key
from {{ ref('int_touchpoints_sessionised') }} as touchpoints
left join orders on touchpoints.order_key = orders.order_key
where touchpoints.order_key is not null and orders.order_key is null
