{{ config(materialized='view') }}
select
    record_key,
    record_hash,
    '' as part_code,
    'store' as source_system,
    'visits' as source_table,
    occurred_at,
    'visit' as raw_event,
    cast(null as {{ text_type() }}) as platform,
    identifier_set_key,
    cast(null as {{ text_type() }}) as order_no,
    cast(null as {{ text_type() }}) as item_id,
    cast(null as {{ text_type() }}) as campaign,
    region,
    false as is_referred
from {{ ref('stg_store__visits') }}
union all
select
    record_key,
    record_hash,
    '' as part_code,
    'store' as source_system,
    'transactions' as source_table,
    occurred_at,
    case when is_return then 'return' else 'purchase' end as raw_event,
    cast(null as {{ text_type() }}) as platform,
    identifier_set_key,
    cast(null as {{ text_type() }}) as order_no,
    cast(null as {{ text_type() }}) as item_id,
    campaign,
    region,
    false as is_referred
from {{ ref('stg_store__transactions') }}
