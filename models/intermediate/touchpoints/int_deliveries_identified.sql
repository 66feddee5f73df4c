{{ config(materialized='view') }}
with deliveries as (
    select * from {{ ref('stg_production__deliveries') }}
),

order_numbers as (
    select
        order_no,
        max(only_order_key) as only_order_key
    from {{ ref('int_order_numbers') }}
    group by order_no
),

orders as (
    select * from {{ ref('int_orders_unioned') }}
)

select
    deliveries.record_key,
    deliveries.record_hash,
    deliveries.batch_no,
    deliveries.order_no,
    deliveries.equipment_id,
    deliveries.delivered_at,
    deliveries.loaded_at,
    orders.order_key,
    orders.identifier_set_key
from deliveries
left join order_numbers on deliveries.order_no = order_numbers.order_no
left join orders on order_numbers.only_order_key = orders.order_key
