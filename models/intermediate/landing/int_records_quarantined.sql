{{ config(materialized='view') }}
with quarantined as (
    {%- for system, table in landed_tables() %}
    select
        '{{ system }}' as source_system,
        '{{ table }}' as source_table,
        record_key,
        reason_code,
        source_file_key,
        source_row,
        loaded_at
    from {{ ref('base_' ~ system ~ '__' ~ table) }}
    where record_status = 'quarantined'
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

-- files that are read together are numbered through
first_rows as (
    {%- for system, table in landed_tables() %}
    select
        source_file_key,
        min(source_row) as first_row
    from {{ ref('base_' ~ system ~ '__' ~ table) }}
    where source_row > 0
    group by source_file_key
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

files as (
    select * from {{ ref('stg_landing__files') }}
)

select
    quarantined.source_system,
    quarantined.source_table,
    quarantined.record_key,
    files.landed_path,
    -- a line that could not be read carries its number below zero
    case
        when quarantined.source_row < 0 then -quarantined.source_row
        else quarantined.source_row - first_rows.first_row + 1
    end as source_row,
    quarantined.reason_code,
    quarantined.loaded_at
from quarantined
inner join files on quarantined.source_file_key = files.file_key
left join first_rows on quarantined.source_file_key = first_rows.source_file_key
