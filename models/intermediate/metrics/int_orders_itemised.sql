{{ config(materialized='view') }}
with orders_by_platform as (
    select * from {{ ref('int_order_numbers') }}
),

orders_by_number as (
    select
        order_no,
        max(only_order_key) as order_key
    from {{ ref('int_order_numbers') }}
    group by order_no
),

enrolments as (
    select
        record_key,
        course_id
    from {{ ref('stg_academic__enrolments') }}
),

numbered_items as (
    select
        coalesce(orders_by_platform.order_key, orders_by_number.order_key) as order_key,
        items.item_id
    from {{ ref('stg_ecommerce__order_items') }} as items
    left join orders_by_number on items.order_no = orders_by_number.order_no
    left join orders_by_platform
        on
            items.order_no = orders_by_platform.order_no
            and coalesce(items.platform, '(none)') = orders_by_platform.platform
),

-- an enrolment is one of one course: lines with its number are those of an order that the shop did not export
order_items as (
    select numbered_items.*
    from numbered_items
    left join enrolments on numbered_items.order_key = enrolments.record_key
    where enrolments.record_key is null
),

receipt_items as (
    select
        receipts.record_key as order_key,
        items.item_id
    from {{ ref('stg_store__transaction_items') }} as items
    inner join {{ ref('stg_store__transactions') }} as receipts
        on
            items.receipt_no = receipts.receipt_no
            and items.store_id = receipts.store_id
            and coalesce(items.till_id, '') = coalesce(receipts.till_id, '')
),

enrolled_items as (
    select
        record_key as order_key,
        course_id as item_id
    from enrolments
),

unioned as (
    select * from order_items
    union all
    select * from receipt_items
    union all
    select * from enrolled_items
)

select distinct
    order_key,
    item_id
from unioned
where order_key is not null and item_id is not null
