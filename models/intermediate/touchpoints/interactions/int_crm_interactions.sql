{{ config(materialized='view') }}
select
    record_key,
    record_hash,
    '' as part_code,
    'crm' as source_system,
    'activities' as source_table,
    occurred_at,
    activity_type as raw_event,
    cast(null as {{ text_type() }}) as platform,
    identifier_set_key,
    order_no,
    cast(null as {{ text_type() }}) as item_id,
    cast(null as {{ text_type() }}) as campaign,
    region,
    false as is_referred
from {{ ref('stg_crm__activities') }}
