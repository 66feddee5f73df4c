{{ config(materialized='view') }}
select
    record_key,
    record_hash,
    '' as part_code,
    'app' as source_system,
    'events' as source_table,
    occurred_at,
    event_name as raw_event,
    cast(null as {{ text_type() }}) as platform,
    identifier_set_key,
    order_no,
    coalesce(item_id, clicked_item_id) as item_id,
    cast(null as {{ text_type() }}) as campaign,
    cast(null as {{ text_type() }}) as region,
    false as is_referred
from {{ ref('stg_app__events') }}
