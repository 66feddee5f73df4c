{{ config(materialized='view') }}
select
    record_key,
    record_hash,
    '' as part_code,
    'production' as source_system,
    'deliveries' as source_table,
    delivered_at as occurred_at,
    'delivered' as raw_event,
    cast(null as {{ text_type() }}) as platform,
    identifier_set_key,
    order_no,
    cast(null as {{ text_type() }}) as item_id,
    cast(null as {{ text_type() }}) as campaign,
    cast(null as {{ text_type() }}) as region,
    false as is_referred
from {{ ref('int_deliveries_identified') }}
where delivered_at is not null
union all
-- a machine that no customer has is met by nobody
select
    record_key,
    record_hash,
    '' as part_code,
    'production' as source_system,
    'equipment_events' as source_table,
    occurred_at,
    event_name as raw_event,
    cast(null as {{ text_type() }}) as platform,
    identifier_set_key,
    order_no,
    cast(null as {{ text_type() }}) as item_id,
    cast(null as {{ text_type() }}) as campaign,
    cast(null as {{ text_type() }}) as region,
    false as is_referred
from {{ ref('int_equipment_events_identified') }}
where order_key is not null
