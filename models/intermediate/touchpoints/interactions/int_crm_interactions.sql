{{ config(materialized='view') }}
select
    record_key,
    record_hash,
    '' as part_code,
    'crm' as source_system,
    'activities' as source_table,
    occurred_at,
    activity_type as raw_event,
    cast(null as varchar) as platform,
    identifier_set_key,
    order_no,
    cast(null as varchar) as item_id,
    cast(null as varchar) as campaign,
    region
from {{ ref('stg_crm__activities') }}
