{#- Select of interactions with order_key: the order that the record itself is, else the one whose number it carries.
    `interactions`: a relation or CTE with record_key, platform and order_no. -#}
{%- macro with_orders(interactions) -%}
with orders_by_number as (
    select
        order_no,
        max(only_order_key) as order_key
    from {{ ref('int_order_numbers') }}
    group by order_no
)

select
    interactions.*,
    coalesce(
        orders.order_key,
        orders_by_platform.order_key,
        orders_by_number.order_key
    ) as order_key
from {{ interactions }} as interactions
left join {{ ref('int_orders_unioned') }} as orders
    on interactions.record_key = orders.order_key
left join orders_by_number on interactions.order_no = orders_by_number.order_no
left join {{ ref('int_order_numbers') }} as orders_by_platform
    on
        interactions.order_no = orders_by_platform.order_no
        and interactions.platform = orders_by_platform.platform
{%- endmacro -%}
