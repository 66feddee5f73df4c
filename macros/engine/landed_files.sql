{#- Every landed file that the calling model has not read yet, with what an independent reader found in it: path, file_key,
    source_system, source_table, file_format, size_bytes, content_hash, record_count, readable_count, loads and
    line_offsets (JSON, see touchpoints/landing.py). A file that the loader cannot be trusted with stops the run with its
    name. -#}
{%- macro landed_files() -%}
    {{ return(adapter.dispatch('landed_files')()) }}
{%- endmacro -%}

{%- macro duckdb__landed_files() -%}
{%- set root = setting('raw_root') -%}
{%- set reader = this.identifier if is_incremental() else none -%}
{%- set paths = [] -%}
{%- set parquet_paths = [] -%}
{%- for system, table in duckdb__present_tables(reader) -%}
    {%- for ending in ['csv', 'parquet'] -%}
        {%- for path in duckdb__landed_paths(system, table, ending, reader) -%}
            {%- do paths.append(path) -%}
            {%- if ending == 'parquet' -%}{%- do parquet_paths.append(path) -%}{%- endif -%}
        {%- endfor -%}
    {%- endfor -%}
{%- endfor -%}
with parquet_files as (
    {%- if parquet_paths %}
    select file_name as path, num_rows as record_count
    from parquet_file_metadata([{{ duckdb__plain_paths(parquet_paths) }}])
    {%- else %}
    select cast(null as varchar) as path, cast(null as bigint) as record_count
    where 1 = 0
    {%- endif %}
),

blobs as (
    {%- if paths %}
    select
        filename as path,
        size as size_bytes,
        {{ "md5(content)" if "://" in root else "landed_file_hash(filename)" }} as content_hash
    from read_blob([{{ duckdb__plain_paths(paths) }}])
    {%- else %}
    select cast(null as varchar) as path, cast(null as bigint) as size_bytes, cast(null as varchar) as content_hash
    where 1 = 0
    {%- endif %}
),

read_apart as (
    select
        blobs.path,
        {{ duckdb__path_below_root('blobs.path') }} as landed_path,
        blobs.size_bytes,
        blobs.content_hash,
        parquet_files.record_count as parquet_record_count,
        case when blobs.path like '%.csv' then landed_csv_layout_json(blobs.path) end as layout
    from blobs
    left join parquet_files on blobs.path = parquet_files.path
)

select
    {{ duckdb__file_key('read_apart.path') }} as file_key,
    split_part(read_apart.landed_path, '/', 1) as source_system,
    split_part(split_part(read_apart.landed_path, '/', 2), '.', 1) as source_table,
    case
        when json_extract_string(read_apart.layout, '$.problem') <> 'is empty'
            then error(read_apart.path || ' ' || json_extract_string(read_apart.layout, '$.problem'))
        else read_apart.landed_path
    end as landed_path,
    case when read_apart.layout is null then 'parquet' else 'csv' end as file_format,
    cast(read_apart.size_bytes as bigint) as size_bytes,
    read_apart.content_hash,
    coalesce(read_apart.parquet_record_count, cast(json_extract(read_apart.layout, '$.records') as bigint)) as record_count,
    coalesce(read_apart.parquet_record_count, cast(json_extract(read_apart.layout, '$.readable') as bigint)) as readable_count,
    cast(json_extract(read_apart.layout, '$.loads') as varchar) as loads,
    cast(json_extract(read_apart.layout, '$.offsets') as varchar) as line_offsets
from read_apart
{%- endmacro -%}

{#- On a server a load stands for a file: what it holds is counted from the landed relation. -#}
{%- macro default__landed_files() -%}
{%- set reader = this.identifier if is_incremental() else none -%}
with unreadable_lines as (
    {%- if server_unreadable_lines() %}
    select source_system, source_table, load_id, count(*) as line_count
    from {{ server_unreadable_lines() }}
    group by source_system, source_table, load_id
    {%- else %}
    {#- typed and without rows: the loader keeps no list of unreadable lines #}
    select
        cast(null as {{ text_type() }}) as source_system,
        cast(null as {{ text_type() }}) as source_table,
        cast(null as {{ text_type() }}) as load_id,
        cast(null as bigint) as line_count
    where 1 = 0
    {%- endif %}
)

select
    present.file_key,
    present.source_system,
    present.source_table,
    present.path as landed_path,
    present.ending as file_format,
    cast(null as bigint) as size_bytes,
    cast(null as {{ text_type() }}) as content_hash,
    present.record_count,
    present.record_count - coalesce(unreadable_lines.line_count, 0) as readable_count,
    cast(null as {{ text_type() }}) as loads,
    cast(null as {{ text_type() }}) as line_offsets
from staging.present_files as present
left join unreadable_lines
    on
        present.source_system = unreadable_lines.source_system
        and present.source_table = unreadable_lines.source_table
        and present.path = unreadable_lines.load_id
{%- if reader %}
where not {{ is_read('present', reader) }}
{%- endif %}
{%- endmacro -%}
