-- Two readers agree on every file: what the registry counted is what the loader kept. A line that the loader could not
-- read is kept with a row number below zero, and is no readable record for the registry either.
with loaded as (
    {%- for system, table in landed_tables() %}
    select
        source_file_key,
        count(*) as record_count,
        count(case when source_row > 0 then 1 end) as readable_count
    from {{ ref('base_' ~ system ~ '__' ~ table) }}
    group by source_file_key
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

files as (
    select * from {{ ref('stg_landing__files') }}
)

select
    coalesce(files.file_key, loaded.source_file_key) as file_key,
    files.landed_path,
    files.record_count,
    loaded.record_count as loaded_record_count,
    files.readable_count,
    loaded.readable_count as loaded_readable_count
from files
full outer join loaded on files.file_key = loaded.source_file_key
where
    files.file_key is null
    or files.record_count <> coalesce(loaded.record_count, 0)
    or files.readable_count <> coalesce(loaded.readable_count, 0)
