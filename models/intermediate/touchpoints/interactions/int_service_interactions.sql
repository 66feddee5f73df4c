{{ config(materialized='view') }}
select
    record_key,
    record_hash,
    '' as part_code,
    'service' as source_system,
    'tickets' as source_table,
    opened_at as occurred_at,
    'ticket_opened' as raw_event,
    cast(null as {{ text_type() }}) as platform,
    identifier_set_key,
    order_no,
    cast(null as {{ text_type() }}) as item_id,
    cast(null as {{ text_type() }}) as campaign,
    region,
    false as is_referred
from {{ ref('stg_service__tickets') }}
union all
select
    record_key,
    record_hash,
    '' as part_code,
    'service' as source_system,
    'messages' as source_table,
    sent_at as occurred_at,
    sender || '_message' as raw_event,
    cast(null as {{ text_type() }}) as platform,
    identifier_set_key,
    order_no,
    cast(null as {{ text_type() }}) as item_id,
    cast(null as {{ text_type() }}) as campaign,
    region,
    false as is_referred
from {{ ref('int_messages_identified') }}
