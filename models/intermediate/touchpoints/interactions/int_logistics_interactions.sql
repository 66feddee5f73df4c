{{ config(materialized='view') }}
select
    record_key,
    record_hash,
    '' as part_code,
    'logistics' as source_system,
    'tracking_events' as source_table,
    occurred_at,
    event_name as raw_event,
    cast(null as {{ text_type() }}) as platform,
    identifier_set_key,
    order_no,
    cast(null as {{ text_type() }}) as item_id,
    cast(null as {{ text_type() }}) as campaign,
    region,
    false as is_referred
from {{ ref('int_tracking_events_identified') }}
