{{ config(materialized='view') }}
with outcomes as (
    select * from {{ ref('int_file_outcomes') }}
)

select
    source_system,
    source_table,
    load_day,
    outcome,
    cast(sum(record_count) as bigint) as record_count
from outcomes
group by source_system, source_table, load_day, outcome
