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
),

-- those of whom anybody is known, or was before an erasure; a carrier's own number is nobody's
identifier_sets as (
    select identifier_set_key from {{ ref('int_identifier_sets_resolved') }}
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
        identifier_sets.identifier_set_key,
        orders.identifier_set_key,
        tracking_events.identifier_set_key
    ) as identifier_set_key
from tracking_events
left join identifier_sets
    on tracking_events.identifier_set_key = identifier_sets.identifier_set_key
left join order_numbers on tracking_events.order_no = order_numbers.order_no
left join orders on order_numbers.only_order_key = orders.order_key
