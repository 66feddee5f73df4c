{#- The landed files as they are at the start of a run, so that every model of the run sees the same ones: a file that lands
    while the run is under way waits for the next. Called on-run-start. Table staging.present_files: path, file_key,
    source_system, source_table, ending, size_bytes, modified_at. `staging.read_files` remembers what each reader (a model)
    has read; it is made here the first time. -#}
{%- macro note_present_files() -%}
    {%- if execute -%}{{ return(adapter.dispatch('note_present_files')()) }}{%- endif -%}
{%- endmacro -%}

{%- macro duckdb__note_present_files() -%}
    {%- set patterns = [] -%}
    {%- for system, table in landed_tables() -%}
        {%- for ending in ['csv', 'parquet'] -%}
            {%- do patterns.append(duckdb__landed_patterns(system, table, ending)) -%}
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
        split_part({{ duckdb__path_below_root('filename') }}, '/', 1) as source_system,
        split_part(split_part({{ duckdb__path_below_root('filename') }}, '/', 2), '.', 1) as source_table,
        case when filename like '%.csv' then 'csv' else 'parquet' end as ending,
        cast(size as bigint) as size_bytes,
        {{ "last_modified" if "://" in setting('raw_root') else "cast(landed_modified_at(filename) as timestamptz)" }} as modified_at
    from read_blob([{{ patterns | join(', ') }}])
    {%- if flags.EMPTY %}
    where 1 = 0
    {%- endif %}
{%- endmacro -%}

{#- Patterns of a landed table's files that end in the given word, with a comma between them. -#}
{%- macro duckdb__landed_patterns(system, table, ending) -%}
    {%- set base = duckdb__plain_path(duckdb__landed_prefix()) ~ system ~ '/' ~ table -%}
    {{- duckdb__quoted(base ~ '.' ~ ending) ~ ', ' ~ duckdb__quoted(base ~ '/*.' ~ ending) -}}
{%- endmacro -%}

{#- Paths of a landed table's files that end in the given word. `reader`: only those that this reader has not read as they
    are; none: all. -#}
{%- macro duckdb__landed_paths(system, table, ending, reader=none) -%}
    {%- if flags.WHICH not in ['run', 'build', 'test', 'seed'] -%}
        {%- set found = run_query(
            "select file from glob([" ~ duckdb__landed_patterns(system, table, ending) ~ "]) order by file"
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

{#- The tables of which files are present, each [system, table]. `reader`: only those with a file that it has not read as it
    is. Commands that build nothing have noted no files: all landed tables. -#}
{%- macro duckdb__present_tables(reader=none) -%}
    {%- if flags.EMPTY -%}{{ return([]) }}{%- endif -%}
    {%- if flags.WHICH not in ['run', 'build', 'test', 'seed'] -%}{{ return(landed_tables()) }}{%- endif -%}
    {%- set present = run_query(
        "select distinct source_system || '.' || source_table from staging.present_files as present where "
        ~ ("not " ~ is_read('present', reader) if reader else '1 = 1')
    ).columns[0].values() -%}
    {%- set tables = [] -%}
    {%- for system, table in landed_tables() if system ~ '.' ~ table in present -%}
        {%- do tables.append([system, table]) -%}
    {%- endfor -%}
    {{ return(tables) }}
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
            and known.settings_hash = '{{ reading_hash(reader) }}'
    )
{%- endmacro -%}

{#- Hash of what decides how a reader reads a file: where it lies, settings, key, the reader's SQL, and the seeds that it judges
    its records by. The graph, which is one for a whole run, keeps it. -#}
{%- macro reading_hash(reader) -%}
    {#- a unit test has no graph -#}
    {%- set nodes = graph.nodes if graph.nodes is defined else {} -%}
    {%- set known = graph.setdefault('reading_hashes', {}) if nodes else {} -%}
    {%- if reader in known -%}{{- return(known[reader]) -}}{%- endif -%}
    {%- set root = setting('raw_root') if target.type == 'duckdb' else var('raw_schema') -%}
    {%- set parts = [root, setting('timezone'), var('earliest_time'), var('latest_time'), var('default_country_code')] -%}
    {%- set model = nodes.get('model.' ~ project_name ~ '.' ~ reader) -%}
    {%- for name in (model.depends_on.nodes if model else []) | sort if name in nodes and nodes[name].resource_type == 'seed' -%}
        {%- do parts.append(name ~ '=' ~ nodes[name].checksum.checksum) -%}
    {%- endfor -%}
    {%- if model -%}{%- do parts.append(code_hash([model.unique_id])) -%}{%- endif -%}
    {%- do known.update({reader: run_query(
        "select md5('" ~ parts | join('|') | replace("'", "''") ~ "|' || identity_key) from " ~ vault_relation()
    ).columns[0][0]}) -%}
    {{- return(known[reader]) -}}
{%- endmacro -%}

{#- On a server: the loads that are there, by name and number of records; a table without load_id by a checksum. -#}
{%- macro default__note_present_files() -%}
    {%- set selects = [] -%}
    {%- for system, table in landed_tables() -%}
        {%- set landed = server_relation(system, table) -%}
        {%- if landed and not flags.EMPTY -%}
            {%- set columns = server_columns(landed) -%}
            {%- set parts = ['select ' ~ server_load(columns) ~ ' as load_id, '
                ~ ('0' if 'load_id' in columns else row_hash(columns.keys() | list)) ~ ' as row_hash from ' ~ landed] -%}
            {%- if server_unreadable_lines() -%}
                {%- do parts.append('select load_id, 0 from ' ~ server_unreadable_lines() ~ " where source_system = '" ~ system
                    ~ "' and source_table = '" ~ table ~ "'") -%}
            {%- endif -%}
            {%- do selects.append(
                'select load_id as path, ' ~ server_file_key(system, table, 'load_id') ~ " as file_key, '" ~ system
                ~ "' as source_system, '" ~ table ~ "' as source_table, 'relation' as ending, count(*) as record_count, "
                ~ ('count(*)' if 'load_id' in columns else sum_of_hashes(['row_hash']))
                ~ " as size_bytes, timestamp '1970-01-01 00:00:00' as modified_at from ("
                ~ parts | join(' union all ') ~ ') as landed_rows group by load_id'
            ) -%}
        {%- endif -%}
    {%- endfor -%}
    {#- typed and without rows, so that there is a select even where nothing has landed -#}
    {%- do selects.append(
        'select cast(null as ' ~ text_type() ~ '), cast(null as bigint), cast(null as ' ~ text_type() ~ '), cast(null as '
        ~ text_type() ~ '), cast(null as ' ~ text_type() ~ ') as ending, cast(null as bigint) as record_count,'
        ~ ' cast(null as bigint), cast(null as timestamp) where 1 = 0'
    ) -%}
    {%- set statements = prepare_server() + ['drop table if exists staging.present_files',
        'create table staging.present_files as select * from (' ~ selects | join(' union all ')
        ~ ') as loads(path, file_key, source_system, source_table, ending, record_count, size_bytes, modified_at)'] -%}
    {{ return(run_in_turn(statements)) }}
{%- endmacro -%}

{#- Statements that make the schemas, the vault's secret where nobody brought one, and on PostgreSQL what the macros of this
    folder call: the last known value of a window, and whether a text can be read as a type (built in from release 16 on). -#}
{%- macro prepare_server() -%}
    {{ return(adapter.dispatch('prepare_server')()) }}
{%- endmacro -%}

{#- The embedded engine needs none of it. -#}
{%- macro default__prepare_server() -%}
    {{ return([]) }}
{%- endmacro -%}

{%- macro postgres__prepare_server() -%}
    {%- do check_locale() -%}
    {%- set version = run_query("select cast(current_setting('server_version_num') as int)").columns[0][0] -%}
    {%- set is_readable -%}
    create or replace function staging.is_readable(value text, type text) returns boolean
    {%- if version >= 160000 %}
        language sql stable parallel safe as 'select pg_input_is_valid(value, type)'
    {%- else %}
        language plpgsql stable as '
        begin
            execute format(''select cast($1 as %s)'', type) using value;
            return value is not null;
        exception when others then
            return false;
        end'
    {%- endif %}
    {%- endset -%}
    {{ return([
        'create schema if not exists staging',
        'create schema if not exists intermediate',
        'create schema if not exists vault',
        'create table if not exists vault.identity_key (identity_key text not null)',
        "insert into vault.identity_key select replace(cast(gen_random_uuid() as text) || cast(gen_random_uuid() as text), '-', '')"
        ~ ' where not exists (select 1 from vault.identity_key)',
        'create or replace function staging.keep_known(known anyelement, value anyelement) returns anyelement'
        ~ " language sql immutable parallel safe as 'select coalesce(value, known)'",
        'create or replace aggregate staging.last_known(anyelement) (sfunc = staging.keep_known, stype = anyelement)',
        is_readable,
        'create table if not exists staging.read_files (reader text, file_key bigint, size_bytes bigint, modified_at timestamp,'
        ~ ' settings_hash text)',
        'create table if not exists ' ~ rewrites_log() ~ ' (run_id text, model text, key_count bigint, rewritten_key_count bigint)',
    ]) }}
{%- endmacro -%}

{#- Stops the run on a PostgreSQL database whose locale would give other rows than the other engines': texts must be ordered by
    their letters' numbers (ties are decided by them), and lower() must know letters beyond ASCII (e-mail addresses). -#}
{%- macro check_locale() -%}
    {%- set fits = run_query("select 'Z' < 'a' and lower(chr(201)) = chr(233)").columns[0][0] -%}
    {%- if not fits -%}
        {{ exceptions.raise_compiler_error(
            'the database ' ~ target.database ~ " has a locale by which texts are ordered or put in small letters otherwise than on"
            ~ " the other engines; accepted: C.UTF-8. Make another (create database touchpoints template template0 encoding 'UTF8'"
            ~ " locale 'C.UTF-8') and load into it"
        ) }}
    {%- endif -%}
{%- endmacro -%}

{%- macro spark__prepare_server() -%}
    {%- set statements = [] -%}
    {%- for name in ['staging', 'intermediate', 'vault'] -%}
        {%- do statements.append('create schema if not exists ' ~ name) -%}
    {%- endfor -%}
    {{ return(statements + [
        'create table if not exists vault.identity_key (identity_key string) using parquet',
        "insert into vault.identity_key select replace(uuid() || uuid(), '-', '')"
        ~ ' where not exists (select 1 from vault.identity_key)',
    ] + (spark__memory() if keeps_memory() else [])) }}
{%- endmacro -%}

{#- The tables in which models remember what they have read and made. -#}
{%- macro spark__memory() -%}
    {%- set format = ' using ' ~ spark_tables() -%}
    {{ return([
        'create table if not exists staging.read_files (reader string, file_key bigint, size_bytes bigint, modified_at timestamp,'
        ~ ' settings_hash string)' ~ format,
        'create table if not exists ' ~ rewrites_log() ~ ' (run_id string, model string, key_count bigint,'
        ~ ' rewritten_key_count bigint)' ~ format,
    ]) }}
{%- endmacro -%}

{#- Statements as one hook, or run one after the other where the engine takes one at a time. -#}
{%- macro run_in_turn(statements) -%}
    {{ return(adapter.dispatch('run_in_turn')(statements)) }}
{%- endmacro -%}

{%- macro default__run_in_turn(statements) -%}
    {{ return(statements | select | join(';\n')) }}
{%- endmacro -%}

{%- macro spark__run_in_turn(statements) -%}
    {%- for statement in statements if statement -%}{%- do run_query(statement) -%}{%- endfor -%}
    {{ return('') }}
{%- endmacro -%}
