{#- The columns that each landed file has: file_key, column_name (lower case), landed_type (text, bytes,
    timestamp, zoned_timestamp, date, number, double, boolean or other). -#}
{%- macro landed_columns(files) -%}
    {{ return(adapter.dispatch('landed_columns')(files)) }}
{%- endmacro -%}

{%- macro duckdb__landed_columns(files) -%}
{%- set selects = [] -%}
{%- for system, table in duckdb__present_tables() -%}
    {%- set csv_paths = duckdb__landed_paths(system, table, 'csv') -%}
    {%- if csv_paths -%}
        {%- do selects.append(
            "select " ~ duckdb__file_key('path') ~ " as file_key, unnest(from_json(json_extract("
            ~ "landed_csv_header_json(path), '$.columns'), '[\"varchar\"]')) as column_name, 'text' as landed_type"
            ~ " from (" ~ duckdb__paths(csv_paths) ~ ") as landed"
        ) -%}
    {%- endif -%}
    {%- set parquet_paths = duckdb__landed_paths(system, table, 'parquet') -%}
    {%- if parquet_paths -%}
        {%- do selects.append(
            "select " ~ duckdb__file_key('file_name') ~ " as file_key, column_name, landed_type from ("
            ~ duckdb__parquet_columns(parquet_paths) ~ ") as landed"
        ) -%}
    {%- endif -%}
{%- endfor -%}
{%- if selects -%}
select distinct file_key, column_name, landed_type from (
{{ selects | join('\nunion all\n') }}
) as landed
{%- else -%}
select cast(null as bigint) as file_key, cast(null as varchar) as column_name, cast(null as varchar) as landed_type
where 1 = 0
{%- endif -%}
{%- endmacro -%}

{%- macro default__landed_columns(files) -%}
{%- set rows = [] -%}
{%- if not flags.EMPTY -%}
{%- for system, table in landed_tables() -%}
    {%- set landed = server_relation(system, table) -%}
    {%- if landed -%}
    {%- for column, kind in server_columns(landed).items() if column not in server_load_columns() -%}
        {%- do rows.append("('" ~ [system, table, column | replace("'", "''"), kind] | join("', '") ~ "')") -%}
    {%- endfor -%}
    {%- endif -%}
{%- endfor -%}
{%- endif -%}
{%- if rows -%}
select
    files.file_key,
    cast(landed.column_name as {{ text_type() }}) as column_name,
    cast(landed.landed_type as {{ text_type() }}) as landed_type
from (values
    {{ rows | join(',\n    ') }}
) as landed(source_system, source_table, column_name, landed_type)
inner join {{ files }} as files
    on
        landed.source_system = files.source_system
        and landed.source_table = files.source_table
{%- else -%}
{#- typed and without rows: nothing has landed on the server -#}
select cast(null as bigint) as file_key, cast(null as {{ text_type() }}) as column_name, cast(null as {{ text_type() }}) as landed_type
where 1 = 0
{%- endif -%}
{%- endmacro -%}
