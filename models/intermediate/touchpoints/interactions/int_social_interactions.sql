{{ config(materialized='view') }}
select
    record_key,
    record_hash,
    '' as part_code,
    'social' as source_system,
    'engagements' as source_table,
    occurred_at,
    engagement_type as raw_event,
    platform,
    identifier_set_key,
    cast(null as {{ text_type() }}) as order_no,
    cast(null as {{ text_type() }}) as item_id,
    campaign,
    cast(null as {{ text_type() }}) as region,
    false as is_referred
from {{ ref('stg_social__engagements') }}
