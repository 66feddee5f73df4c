{{ config(materialized='view') }}
select
    record_key,
    record_hash,
    '' as part_code,
    'community' as source_system,
    'posts' as source_table,
    occurred_at,
    'post' as raw_event,
    cast(null as varchar) as platform,
    identifier_set_key,
    cast(null as varchar) as order_no,
    cast(null as varchar) as item_id,
    cast(null as varchar) as campaign,
    cast(null as varchar) as region
from {{ ref('stg_community__posts') }}
