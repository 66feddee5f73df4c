{{ config(materialized='view') }}
with shipments as (
    select * from {{ ref('stg_erp__shipments') }}
),

order_numbers as (
    select
        order_no,
        max(only_order_key) as only_order_key
    from {{ ref('int_order_numbers') }}
    group by order_no
),

orders_by_platform as (
    select * from {{ ref('int_order_numbers') }}
),

orders as (
    select * from {{ ref('int_orders_unioned') }}
)

select
    shipments.record_key,
    shipments.record_hash,
    shipments.shipment_id,
    shipments.order_no,
    shipments.platform,
    shipments.carrier,
    shipments.region,
    shipments.status,
    shipments.shipped_at,
    shipments.promised_at,
    shipments.delivered_at,
    shipments.loaded_at,
    orders.identifier_set_key
from shipments
left join order_numbers on shipments.order_no = order_numbers.order_no
left join orders_by_platform
    on
        shipments.order_no = orders_by_platform.order_no
        and shipments.platform = orders_by_platform.platform
left join orders
    on
        coalesce(orders_by_platform.order_key, order_numbers.only_order_key)
        = orders.order_key
