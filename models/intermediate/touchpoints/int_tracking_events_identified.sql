{{ config(materialized='view') }}
with tracking_events as (
    select * from {{ ref('stg_logistics__tracking_events') }}
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
    tracking_events.record_key,
    tracking_events.record_hash,
    tracking_events.shipment_id,
    tracking_events.event_name,
    tracking_events.order_no,
    tracking_events.carrier,
    tracking_events.region,
    tracking_events.occurred_at,
    tracking_events.loaded_at,
    coalesce(
        tracking_events.identifier_set_key, orders.identifier_set_key
    ) as identifier_set_key
from tracking_events
left join order_numbers on tracking_events.order_no = order_numbers.order_no
left join orders on order_numbers.only_order_key = orders.order_key
