{#- What each landed file that the calling model has not read yet holds per load time, counted from the file and not from a
    table: file_key, loaded_at, received_count. `files`: the CSV files among them. -#}
{%- macro landed_loads(files) -%}
    {{ return(adapter.dispatch('landed_loads')(files)) }}
{%- endmacro -%}

{%- macro duckdb__landed_loads(files) -%}
with csv_loads as (
    select
        file_key,
        {{ clean_text("json_extract_string(load, '$[0]')") }} as loaded_at_text,
        cast(json_extract(load, '$[1]') as bigint) as received_count
    from (select file_key, unnest(cast(json(loads) as json[])) as load from {{ files }} where file_format = 'csv') as loads
)

select file_key, {{ normalise_time('loaded_at_text') }} as loaded_at, received_count
from csv_loads
{%- if not flags.EMPTY %}
{%- for system, table in landed_tables() %}
{%- for group in duckdb__parquet_groups(system, table, this.identifier if is_incremental() else none) %}
union all
select
    {{ duckdb__file_key('filename') }} as file_key,
    {{ typed_value('loaded_at', 'timestamp', group.types.get('loaded_at')) }} as loaded_at,
    count(*) as received_count
from read_parquet([{{ group.files }}], filename = true)
group by 1, 2
{%- endfor %}
{%- endfor %}
{%- endif %}
{%- endmacro -%}
