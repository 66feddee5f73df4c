{#- The landed files as they are at the start of a run, so that every model of the run sees the same ones: a file that lands
    while the run is under way waits for the next. Called on-run-start. Table staging.present_files: path, file_key,
    source_system, source_table, ending, size_bytes, modified_at. `staging.read_files` remembers what each reader (a model)
    has read; it is made here the first time. -#}
{%- macro note_present_files() -%}
    {%- if execute -%}{{ return(adapter.dispatch('note_present_files')()) }}{%- endif -%}
{%- endmacro -%}

{%- macro duckdb__note_present_files() -%}
    {%- set root = setting('raw_root').rstrip('/') -%}
    {%- set patterns = [] -%}
    {%- for system, table in landed_tables() -%}
        {%- for ending in ['csv', 'parquet'] -%}
            {%- do patterns.append("'" ~ root ~ '/' ~ system ~ '/' ~ table ~ '.' ~ ending ~ "'") -%}
            {%- do patterns.append("'" ~ root ~ '/' ~ system ~ '/' ~ table ~ '/*.' ~ ending ~ "'") -%}
        {%- endfor -%}
    {%- endfor -%}
    create schema if not exists staging;
    create table if not exists staging.read_files (
        reader varchar, file_key bigint, size_bytes bigint, modified_at timestamptz, settings_hash varchar
    );
    create or replace table staging.present_files as
    select
        filename as path,
        {{ duckdb__file_key('filename') }} as file_key,
        split_part(substr(filename, {{ root | length + 2 }}), '/', 1) as source_system,
        split_part(split_part(substr(filename, {{ root | length + 2 }}), '/', 2), '.', 1) as source_table,
        case when filename like '%.csv' then 'csv' else 'parquet' end as ending,
        cast(size as bigint) as size_bytes,
        last_modified as modified_at
    from read_blob([{{ patterns | join(', ') }}])
    {%- if flags.EMPTY %}
    where 1 = 0
    {%- endif %}
{%- endmacro -%}

{#- Paths of a landed table's files that end in the given word. `reader`: only those that this reader has not read as they
    are; none: all. -#}
{%- macro duckdb__landed_paths(system, table, ending, reader=none) -%}
    {%- if flags.WHICH not in ['run', 'build', 'test', 'seed'] -%}
        {%- set base = setting('raw_root').rstrip('/') ~ '/' ~ system ~ '/' ~ table -%}
        {%- set found = run_query(
            "select file from glob(['" ~ base ~ "." ~ ending ~ "', '" ~ base ~ "/*." ~ ending ~ "']) order by file"
        ) -%}
    {%- else -%}
        {%- set found = run_query(
            "select path from staging.present_files as present where source_system = '" ~ system ~ "' and source_table = '"
            ~ table ~ "' and ending = '" ~ ending ~ "'"
            ~ (" and not " ~ duckdb__is_read('present', reader) if reader else '') ~ " order by path"
        ) -%}
    {%- endif -%}
    {{ return(found.columns[0].values() | list) }}
{%- endmacro -%}

{#- Condition: the reader has read this row of present_files as it is, under the same settings. -#}
{%- macro duckdb__is_read(present, reader) -%}
    exists (
        select 1 from staging.read_files as known
        where
            known.reader = '{{ reader }}'
            and known.file_key = {{ present }}.file_key
            and known.size_bytes = {{ present }}.size_bytes
            and known.modified_at = {{ present }}.modified_at
            and known.settings_hash = '{{ reading_hash() }}'
    )
{%- endmacro -%}

{#- Hash of what decides how a file is read: root, settings, key. -#}
{%- macro reading_hash() -%}
    {%- set parts = [setting('raw_root'), setting('timezone'), var('earliest_time'), var('latest_time'), var('default_country_code')] -%}
    {{- return(run_query(
        "select md5('" ~ parts | join('|') | replace("'", "''") ~ "|' || identity_key) from " ~ vault_relation()
    ).columns[0][0]) -}}
{%- endmacro -%}
