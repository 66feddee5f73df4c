{{ config(materialized='view') }}
select
    record_key,
    record_hash,
    '' as part_code,
    'outreach' as source_system,
    'sends' as source_table,
    coalesce(delivered_at, sent_at) as occurred_at,
    'sent' as raw_event,
    medium as platform,
    identifier_set_key,
    cast(null as {{ text_type() }}) as order_no,
    cast(null as {{ text_type() }}) as item_id,
    campaign,
    cast(null as {{ text_type() }}) as region,
    false as is_referred
from {{ ref('stg_outreach__sends') }}
where not coalesce(is_holdout, false)
union all
select
    record_key,
    record_hash,
    'opened' as part_code,
    'outreach' as source_system,
    'sends' as source_table,
    opened_at as occurred_at,
    'opened' as raw_event,
    medium as platform,
    identifier_set_key,
    cast(null as {{ text_type() }}) as order_no,
    cast(null as {{ text_type() }}) as item_id,
    campaign,
    cast(null as {{ text_type() }}) as region,
    false as is_referred
from {{ ref('stg_outreach__sends') }}
where not coalesce(is_holdout, false) and opened_at is not null
union all
select
    record_key,
    record_hash,
    'clicked' as part_code,
    'outreach' as source_system,
    'sends' as source_table,
    clicked_at as occurred_at,
    'clicked' as raw_event,
    medium as platform,
    identifier_set_key,
    cast(null as {{ text_type() }}) as order_no,
    cast(null as {{ text_type() }}) as item_id,
    campaign,
    cast(null as {{ text_type() }}) as region,
    false as is_referred
from {{ ref('stg_outreach__sends') }}
where not coalesce(is_holdout, false) and clicked_at is not null
union all
select
    record_key,
    record_hash,
    'responded' as part_code,
    'outreach' as source_system,
    'sends' as source_table,
    responded_at as occurred_at,
    'responded' as raw_event,
    medium as platform,
    identifier_set_key,
    cast(null as {{ text_type() }}) as order_no,
    cast(null as {{ text_type() }}) as item_id,
    campaign,
    cast(null as {{ text_type() }}) as region,
    false as is_referred
from {{ ref('stg_outreach__sends') }}
where not coalesce(is_holdout, false) and responded_at is not null
