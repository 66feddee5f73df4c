{{ config(materialized='view') }}
select
    record_key,
    record_hash,
    '' as part_code,
    'erp' as source_system,
    'members' as source_table,
    registered_at as occurred_at,
    'registered' as raw_event,
    cast(null as {{ text_type() }}) as platform,
    identifier_set_key,
    cast(null as {{ text_type() }}) as order_no,
    cast(null as {{ text_type() }}) as item_id,
    cast(null as {{ text_type() }}) as campaign,
    region,
    false as is_referred
from {{ ref('stg_erp__members') }}
where registered_at is not null
union all
select
    record_key,
    record_hash,
    '' as part_code,
    'erp' as source_system,
    'shipments' as source_table,
    shipped_at as occurred_at,
    'shipped' as raw_event,
    platform,
    identifier_set_key,
    order_no,
    cast(null as {{ text_type() }}) as item_id,
    cast(null as {{ text_type() }}) as campaign,
    region,
    false as is_referred
from {{ ref('int_shipments_identified') }}
where shipped_at is not null
union all
select
    record_key,
    record_hash,
    'delivered' as part_code,
    'erp' as source_system,
    'shipments' as source_table,
    delivered_at as occurred_at,
    'delivered' as raw_event,
    platform,
    identifier_set_key,
    order_no,
    cast(null as {{ text_type() }}) as item_id,
    cast(null as {{ text_type() }}) as campaign,
    region,
    false as is_referred
from {{ ref('int_shipments_identified') }}
where delivered_at is not null
