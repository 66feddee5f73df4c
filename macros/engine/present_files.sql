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
    create schema if not exists intermediate;
    create table if not exists {{ rewrites_log() }} (
        run_id varchar, model varchar, key_count bigint, rewritten_key_count bigint
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
            ~ (" and not " ~ is_read('present', reader) if reader else '') ~ " order by path"
        ) -%}
    {%- endif -%}
    {{ return(found.columns[0].values() | list) }}
{%- endmacro -%}

{#- Condition: the reader has read this row of present_files as it is, under the same settings. -#}
{%- macro is_read(present, reader) -%}
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

{#- On a server: the loads that are there, by name and number of records; a table without load_id by a checksum. -#}
{%- macro postgres__note_present_files() -%}
    {%- set selects = [] -%}
    {%- for system, table in landed_tables() -%}
        {%- set landed = server_relation(system, table) -%}
        {%- if landed and not flags.EMPTY -%}
            {%- set has_loads = 'load_id' in server_columns(landed) -%}
            {%- set parts = ['select ' ~ server_load(server_columns(landed)) ~ ' as load_id, 1 as is_record, '
                ~ ('0' if has_loads else 'hashtextextended(cast(landed.* as text), 0)') ~ ' as row_hash from ' ~ landed ~ ' as landed'] -%}
            {%- if server_unreadable_lines() -%}
                {%- do parts.append('select load_id, 1, 0 from ' ~ server_unreadable_lines() ~ " where source_system = '" ~ system
                    ~ "' and source_table = '" ~ table ~ "'") -%}
            {%- endif -%}
            {%- do selects.append(
                'select load_id as path, ' ~ server_file_key(system, table, 'load_id') ~ " as file_key, '" ~ system
                ~ "' as source_system, '" ~ table ~ "' as source_table, count(*) as record_count, sum(row_hash) as checksum from ("
                ~ parts | join(' union all ') ~ ') as landed_rows group by load_id'
            ) -%}
        {%- endif -%}
    {%- endfor -%}
    create schema if not exists staging;
    create schema if not exists intermediate;
    {{ prepare_server() }}
    create table if not exists staging.read_files (
        reader varchar, file_key bigint, size_bytes bigint, modified_at timestamptz, settings_hash varchar
    );
    create table if not exists {{ rewrites_log() }} (
        run_id varchar, model varchar, key_count bigint, rewritten_key_count bigint
    );
    drop table if exists staging.present_files;
    create table staging.present_files as
    {%- if selects %}
    select
        path, file_key, source_system, source_table, 'relation' as ending, record_count,
        case when checksum = 0 then record_count else cast(checksum % 9223372036854775807 as bigint) end as size_bytes,
        timestamptz 'epoch' as modified_at
    from (
    {{ selects | join('\nunion all\n') }}
    ) as loads
    {%- else %}
    select
        cast(null as varchar) as path, cast(null as bigint) as file_key, cast(null as varchar) as source_system,
        cast(null as varchar) as source_table, 'relation' as ending, cast(null as bigint) as record_count,
        cast(null as bigint) as size_bytes, timestamptz 'epoch' as modified_at
    where 1 = 0
    {%- endif %}
{%- endmacro -%}

{#- What the macros of this folder call on PostgreSQL: the last known value of a window, and whether a text can be read as a
    type (built in from release 16 on); and the vault's secret, made by the server where nobody brought one. -#}
{%- macro prepare_server() -%}
    create schema if not exists vault;
    create table if not exists vault.identity_key (identity_key text not null);
    insert into vault.identity_key
    select replace(cast(gen_random_uuid() as text) || cast(gen_random_uuid() as text), '-', '')
    where not exists (select 1 from vault.identity_key);
    create or replace function staging.keep_known(known anyelement, value anyelement) returns anyelement
        language sql immutable parallel safe as 'select coalesce(value, known)';
    create or replace aggregate staging.last_known(anyelement) (sfunc = staging.keep_known, stype = anyelement);
    {%- set version = run_query("select cast(current_setting('server_version_num') as int)").columns[0][0] %}
    create or replace function staging.is_readable(value text, type text) returns boolean
    {%- if version >= 160000 %}
        language sql stable parallel safe as 'select pg_input_is_valid(value, type)';
    {%- else %}
        language plpgsql stable as '
        begin
            execute format(''select cast($1 as %s)'', type) using value;
            return value is not null;
        exception when others then
            return false;
        end';
    {%- endif %}
{%- endmacro -%}
