{{ config(materialized='view') }}
with interactions as (
    select * from {{ ref('int_interactions_unioned') }}
),

orders as (
    select order_key
    from {{ ref('int_orders_unioned') }}
),

orders_by_number as (
    select
        order_no,
        max(only_order_key) as order_key
    from {{ ref('int_order_numbers') }}
    group by order_no
),

orders_by_platform as (
    select * from {{ ref('int_order_numbers') }}
)

select
    interactions.record_key,
    interactions.record_hash,
    interactions.part_code,
    interactions.source_system,
    interactions.source_table,
    interactions.occurred_at,
    interactions.raw_event,
    interactions.platform,
    interactions.identifier_set_key,
    interactions.order_no,
    interactions.item_id,
    interactions.campaign,
    interactions.region,
    interactions.is_referred,
    -- an order's own record, else the order whose number the record carries
    coalesce(
        orders.order_key,
        orders_by_platform.order_key,
        orders_by_number.order_key
    ) as order_key
from interactions
left join orders on interactions.record_key = orders.order_key
left join orders_by_number on interactions.order_no = orders_by_number.order_no
left join orders_by_platform
    on
        interactions.order_no = orders_by_platform.order_no
        and interactions.platform = orders_by_platform.platform
