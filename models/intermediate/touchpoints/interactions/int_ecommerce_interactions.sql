{{ config(materialized='view') }}
select
    record_key,
    record_hash,
    '' as part_code,
    'ecommerce' as source_system,
    'searches' as source_table,
    occurred_at,
    'search' as raw_event,
    platform,
    identifier_set_key,
    cast(null as {{ text_type() }}) as order_no,
    clicked_item_id as item_id,
    cast(null as {{ text_type() }}) as campaign,
    cast(null as {{ text_type() }}) as region,
    false as is_referred
from {{ ref('stg_ecommerce__searches') }}
union all
select
    record_key,
    record_hash,
    '' as part_code,
    'ecommerce' as source_system,
    'orders' as source_table,
    created_at as occurred_at,
    'order_created' as raw_event,
    platform,
    identifier_set_key,
    order_no,
    cast(null as {{ text_type() }}) as item_id,
    cast(null as {{ text_type() }}) as campaign,
    region,
    false as is_referred
from {{ ref('stg_ecommerce__orders') }}
union all
select
    record_key,
    record_hash,
    'order_paid' as part_code,
    'ecommerce' as source_system,
    'orders' as source_table,
    paid_at as occurred_at,
    'order_paid' as raw_event,
    platform,
    identifier_set_key,
    order_no,
    cast(null as {{ text_type() }}) as item_id,
    cast(null as {{ text_type() }}) as campaign,
    region,
    false as is_referred
from {{ ref('stg_ecommerce__orders') }}
where paid_at is not null
union all
select
    record_key,
    record_hash,
    'order_received' as part_code,
    'ecommerce' as source_system,
    'orders' as source_table,
    received_at as occurred_at,
    'order_received' as raw_event,
    platform,
    identifier_set_key,
    order_no,
    cast(null as {{ text_type() }}) as item_id,
    cast(null as {{ text_type() }}) as campaign,
    region,
    false as is_referred
from {{ ref('stg_ecommerce__orders') }}
where received_at is not null
union all
select
    record_key,
    record_hash,
    'order_cancelled' as part_code,
    'ecommerce' as source_system,
    'orders' as source_table,
    cancelled_at as occurred_at,
    'order_cancelled' as raw_event,
    platform,
    identifier_set_key,
    order_no,
    cast(null as {{ text_type() }}) as item_id,
    cast(null as {{ text_type() }}) as campaign,
    region,
    false as is_referred
from {{ ref('stg_ecommerce__orders') }}
where cancelled_at is not null
union all
select
    record_key,
    record_hash,
    'order_refunded' as part_code,
    'ecommerce' as source_system,
    'orders' as source_table,
    refunded_at as occurred_at,
    'order_refunded' as raw_event,
    platform,
    identifier_set_key,
    order_no,
    cast(null as {{ text_type() }}) as item_id,
    cast(null as {{ text_type() }}) as campaign,
    region,
    false as is_referred
from {{ ref('stg_ecommerce__orders') }}
where refunded_at is not null
union all
select
    record_key,
    record_hash,
    '' as part_code,
    'ecommerce' as source_system,
    'reviews' as source_table,
    occurred_at,
    'review' as raw_event,
    platform,
    identifier_set_key,
    order_no,
    item_id,
    cast(null as {{ text_type() }}) as campaign,
    cast(null as {{ text_type() }}) as region,
    false as is_referred
from {{ ref('stg_ecommerce__reviews') }}
