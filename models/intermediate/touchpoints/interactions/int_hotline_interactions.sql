{{ config(materialized='view') }}
select
    record_key,
    record_hash,
    '' as part_code,
    'hotline' as source_system,
    'calls' as source_table,
    called_at as occurred_at,
    'call' as raw_event,
    cast(null as {{ text_type() }}) as platform,
    identifier_set_key,
    order_no,
    cast(null as {{ text_type() }}) as item_id,
    cast(null as {{ text_type() }}) as campaign,
    region,
    false as is_referred
from {{ ref('stg_hotline__calls') }}
