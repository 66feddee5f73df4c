{{ config(materialized='view') }}
select
    source_system,
    source_table,
    load_day,
    cast(sum(received_count) as bigint) as record_count
from {{ ref('stg_landing__loads') }}
group by source_system, source_table, load_day
