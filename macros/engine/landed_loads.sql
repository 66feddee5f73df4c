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

select file_key, {{ possible_time('loaded_at') }} as loaded_at, received_count
from (select file_key, {{ normalise_time('loaded_at_text') }} as loaded_at, received_count from csv_loads) as csv_loads
{%- set reader = this.identifier if is_incremental() else none %}
{%- for system, table in duckdb__present_tables(reader) %}
{%- for group in duckdb__parquet_groups(system, table, reader) %}
union all
select source_file_key as file_key, loaded_at, count(*) as received_count
from (
    {{ typed_branch(
        {'columns': {'loaded_at': 'timestamp'}, 'need': []}, duckdb__branch(duckdb__read_parquet(group), group.types)
    ) }}
) as parquet_loads
group by 1, 2
{%- endfor %}
{%- endfor %}
{%- endmacro -%}

{#- A stated time is read once for all tables. -#}
{%- macro default__landed_loads(files) -%}
{%- set reader = this.identifier if is_incremental() else none -%}
{%- set selects = [] -%}
{%- if not flags.EMPTY -%}
{%- for system, table in landed_tables() -%}
    {%- set landed = server_relation(system, table) -%}
    {%- if landed -%}
        {%- set columns = server_columns(landed) -%}
        {%- set load = server_load(columns) -%}
        {%- set kind = columns.get('loaded_at') -%}
        {%- set text = 'loaded_at' if kind == 'text' else 'cast(null as ' ~ text_type() ~ ')' -%}
        {%- set time = typed_value('loaded_at', 'timestamp', none if kind == 'text' else kind) -%}
        {%- do selects.append(
            "select '" ~ system ~ "' as source_system, '" ~ table ~ "' as source_table, " ~ load ~ ' as load_id, '
            ~ text ~ ' as stated_text, ' ~ time ~ ' as stated_at, count(*) as received_count from ' ~ landed ~ ' where '
            ~ server_is_unread(system, table, load, reader) ~ ' group by 1, 2, 3, 4, 5'
        ) -%}
        {%- if server_unreadable_lines() -%}
        {%- do selects.append(
            "select source_system, source_table, load_id, cast(null as " ~ text_type() ~ '), cast(null as timestamp), count(*) from '
            ~ server_unreadable_lines() ~ " where source_system = '" ~ system ~ "' and source_table = '" ~ table ~ "' and "
            ~ server_is_unread(system, table, 'load_id', reader) ~ ' group by source_system, source_table, load_id'
        ) -%}
        {%- endif -%}
    {%- endif -%}
{%- endfor -%}
{%- endif -%}
{%- if selects -%}
select file_key, loaded_at, cast(sum(received_count) as bigint) as received_count
from (
    select file_key, {{ possible_time('loaded_at') }} as loaded_at, received_count
    from (
        select
            {{ hash64("source_system || '/' || source_table || ':' || load_id") }} as file_key,
            coalesce(stated_at, {{ typed_value('stated_text', 'timestamp', 'text') }}) as loaded_at,
            received_count
        from (
            select source_system, source_table, load_id, {{ clean_text('stated_text') }} as stated_text, stated_at, received_count
            from (
{{ selects | join('\nunion all\n') }}
            ) as received
        ) as cleaned
    ) as read_loads
) as loads
group by file_key, loaded_at
{%- else -%}
{#- typed and without rows: nothing has landed on the server -#}
select cast(null as bigint) as file_key, cast(null as timestamp) as loaded_at, cast(null as bigint) as received_count
where 1 = 0
{%- endif -%}
{%- endmacro -%}
