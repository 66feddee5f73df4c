{{ config(materialized='view') }}
select
    record_key,
    record_hash,
    '' as part_code,
    'wechat_oa' as source_system,
    'interactions' as source_table,
    occurred_at,
    interaction_type as raw_event,
    cast(null as {{ text_type() }}) as platform,
    identifier_set_key,
    cast(null as {{ text_type() }}) as order_no,
    cast(null as {{ text_type() }}) as item_id,
    cast(null as {{ text_type() }}) as campaign,
    cast(null as {{ text_type() }}) as region,
    false as is_referred
from {{ ref('stg_wechat_oa__interactions') }}
