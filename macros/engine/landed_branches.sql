{#- The files (or the relation) of a landed table, grouped by the columns that they have; with `reader` only those that this
    model has not read yet. Each branch: relation (readable
    in `from`), file_key and row (expressions), types (landed column → text, timestamp, zoned_timestamp, date, number,
    boolean or other). Empty where the table has not landed. -#}
{%- macro landed_branches(system, table, relation, reader=none) -%}
    {{ return(adapter.dispatch('landed_branches')(system, table, relation, reader)) }}
{%- endmacro -%}

{%- macro duckdb__landed_branches(system, table, relation, reader) -%}
    {%- set branches = [] -%}
    {%- for group in duckdb__csv_groups(system, table, reader) -%}
        {%- set types = {} -%}
        {%- for column in group.columns if column in contract_of(system, table).columns -%}
            {%- do types.update({column: 'text'}) -%}
        {%- endfor -%}
        {%- do branches.append({
            'relation': duckdb__read_csv(group, system ~ '__' ~ table),
            'file_key': duckdb__file_key('filename'),
            'row': 'source_row',
            'types': types,
        }) -%}
    {%- endfor -%}
    {%- for group in duckdb__parquet_groups(system, table, reader) -%}
        {%- do branches.append({
            'relation': "read_parquet([" ~ group.files ~ "], filename = true, file_row_number = true)",
            'file_key': duckdb__file_key('filename'),
            'row': 'file_row_number + 1',
            'types': group.types,
        }) -%}
    {%- endfor -%}
    {{ return(branches) }}
{%- endmacro -%}

{#- Key of a landed file: hash of its path below the raw root, so that a moved dataset keeps its keys. -#}
{%- macro duckdb__file_key(path) -%}
    {{ hash64(duckdb__path_below_root(path)) }}
{%- endmacro -%}

{%- macro duckdb__path_below_root(path) -%}
    substr({{ path }}, {{ setting('raw_root').rstrip('/') | length + 2 }})
{%- endmacro -%}

{%- macro has_csv(system, table, reader=none) -%}
    {{ return(execute and target.type == 'duckdb' and duckdb__csv_groups(system, table, reader) | length > 0) }}
{%- endmacro -%}

{#- CSV files grouped by header; a file without one is left to the registry, which reports it. -#}
{%- macro duckdb__csv_groups(system, table, reader=none) -%}
    {%- set groups = {} -%}
    {%- for path in duckdb__landed_paths(system, table, 'csv', reader) -%}
        {%- if '://' in path -%}
            {{ exceptions.raise_compiler_error(path ~ ' is a CSV file in an object store: land Parquet there, or give a folder') }}
        {%- endif -%}
        {%- set header = fromjson(run_query("select landed_csv_header_json('" ~ path | replace("'", "''") ~ "')").columns[0][0]) -%}
        {%- if header.problem and header.problem != 'is empty' -%}
            {{ exceptions.raise_compiler_error(path ~ ' ' ~ header.problem) }}
        {%- elif not header.problem -%}
            {%- set mixed = run_query("select landed_mixed_line_ends('" ~ path | replace("'", "''") ~ "')").columns[0][0] -%}
            {%- if mixed -%}{{ exceptions.raise_compiler_error(path ~ ' ' ~ mixed) }}{%- endif -%}
            {#- a name may hold a comma -#}
            {%- set signature = header.columns | tojson -%}
            {%- do groups.setdefault(signature, {'columns': header.columns, 'files': []}).files.append(path) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(groups.values() | list) }}
{%- endmacro -%}

{#- One read of CSV files with the same header: all text, nothing guessed, unreadable lines kept apart. A repeated or empty
    column name, or one that this read adds, gets a name that no header can have (they are trimmed); the first one counts. -#}
{%- macro duckdb__read_csv(group, name) -%}
    {%- set columns = [] -%}
    {%- set seen = [] -%}
    {%- for column in group.columns -%}
        {%- set is_own = column and column not in seen and column not in ['filename', 'source_row'] -%}
        {%- set unique = column if is_own else ' ' ~ loop.index -%}
        {%- do seen.append(column) -%}
        {%- do columns.append("'" ~ unique | replace("'", "''") ~ "': 'varchar'") -%}
    {%- endfor -%}
    {%- set files = [] -%}
    {%- for path in group.files -%}{%- do files.append("'" ~ path | replace("'", "''") ~ "'") -%}{%- endfor -%}
    (
                select *, row_number() over () as source_row
                from read_csv(
                    [{{ files | join(', ') }}],
                    auto_detect = false, header = true, delim = ',', quote = '"', escape = '"',
                    max_line_size = 33554432, filename = true,
                    store_rejects = true, rejects_table = 'rejects__{{ name }}', rejects_scan = 'reject_scans__{{ name }}',
                    columns = { {{- columns | join(', ') -}} }
                )
            ) as csv
{%- endmacro -%}

{#- Parquet files grouped by their columns and types; a file that is none stops the run with its name. -#}
{%- macro duckdb__parquet_groups(system, table, reader=none) -%}
    {%- set paths = duckdb__landed_paths(system, table, 'parquet', reader) -%}
    {%- if not paths -%}{{ return([]) }}{%- endif -%}
    {%- set quoted = [] -%}
    {%- for path in paths -%}
        {%- set literal = "'" ~ path | replace("'", "''") ~ "'" -%}
        {%- do quoted.append(literal) -%}
        {%- if '://' not in path -%}
            {%- set problem = run_query("select landed_parquet_problem(" ~ literal ~ ")").columns[0][0] -%}
            {%- if problem -%}{{ exceptions.raise_compiler_error(path ~ ' ' ~ problem) }}{%- endif -%}
        {%- endif -%}
    {%- endfor -%}
    {%- set schemas = run_query(
        "select types, string_agg('''' || replace(file_name, '''', '''''') || '''', ', ' order by file_name) from ("
        ~ "select file_name, string_agg(lower(name) || ':' || duckdb_type, ';' order by column_id) as schema_key,"
        ~ " string_agg(lower(name) || ':' || " ~ duckdb__landed_type("duckdb_type") ~ ", ';' order by column_id) as types"
        ~ " from parquet_schema([" ~ quoted | join(', ') ~ "]) where column_id > 0 group by file_name"
        ~ ") as schemas group by schema_key, types order by schema_key"
    ) -%}
    {%- set groups = [] -%}
    {%- for schema in schemas.rows -%}
        {%- set types = {} -%}
        {%- for column in schema[0].split(';') -%}
            {%- set name = column.rsplit(':', 1)[0] -%}
            {%- if name in contract_of(system, table).columns -%}
                {%- do types.update({name: column.rsplit(':', 1)[1]}) -%}
            {%- endif -%}
        {%- endfor -%}
        {%- do groups.append({'files': schema[1], 'types': types}) -%}
    {%- endfor -%}
    {{ return(groups) }}
{%- endmacro -%}

{#- Kind of a Parquet column's type, as an expression. -#}
{%- macro duckdb__landed_type(type) -%}
    case
        when upper({{ type }}) = 'VARCHAR' or upper({{ type }}) like 'ENUM%' then 'text'
        when upper({{ type }}) = 'TIMESTAMP WITH TIME ZONE' then 'zoned_timestamp'
        when upper({{ type }}) like 'TIMESTAMP%' then 'timestamp'
        when upper({{ type }}) = 'DATE' then 'date'
        when upper({{ type }}) = 'BOOLEAN' then 'boolean'
        when upper({{ type }}) like '%INT%' or upper({{ type }}) in ('DOUBLE', 'FLOAT') or upper({{ type }}) like 'DECIMAL%' then 'number'
        else 'other'
    end
{%- endmacro -%}

{%- macro default__landed_branches(system, table, relation, reader) -%}
    {%- set landed = server_relation(system, table) -%}
    {%- if not landed -%}{{ return([]) }}{%- endif -%}
    {%- set columns = server_columns(landed) -%}
    {%- set load = server_load(columns) -%}
    {%- set types = {} -%}
    {%- for column in contract_of(system, table).columns if column in columns -%}
        {%- do types.update({column: columns[column]}) -%}
    {%- endfor -%}
    {%- set row = 'load_row' if 'load_row' in columns
        else 'row_number() over (partition by ' ~ load ~ ' order by ' ~ types.keys() | join(', ') ~ ')' -%}
    {{ return([{
        'relation': '(select * from ' ~ landed ~ ' where ' ~ server_is_unread(system, table, load, reader) ~ ') as landed_rows',
        'file_key': server_file_key(system, table, load),
        'row': 'cast(' ~ row ~ ' as bigint)',
        'types': types,
    }]) }}
{%- endmacro -%}
