{#- The files (or the relation) of a landed table, grouped by the columns that they have; with `reader` only those that this
    model has not read yet. Each branch: relation (readable
    in `from`), file_key and row (expressions), types (landed column → text, bytes, timestamp, zoned_timestamp, date, number,
    double (a number that may lie beside what is written, or be none), boolean or other; bytes: a text, null where the bytes are
    no UTF-8, and beside it " <column>", null where they are).
    Empty where the table has not landed. -#}
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
        {%- do branches.append(duckdb__branch(duckdb__read_csv(group, system ~ '__' ~ table), types)) -%}
    {%- endfor -%}
    {%- for group in duckdb__parquet_groups(system, table, reader) -%}
        {%- do branches.append(duckdb__branch(duckdb__read_parquet(group), group.types)) -%}
    {%- endfor -%}
    {{ return(branches) }}
{%- endmacro -%}

{#- The columns " (path)" and " (row)" of what was read have names that no column of a file has. -#}
{%- macro duckdb__branch(relation, types) -%}
    {{ return({'relation': relation, 'file_key': duckdb__file_key('" (path)"'), 'row': '" (row)"', 'types': types}) }}
{%- endmacro -%}

{#- Key of a landed file: hash of its path below the raw root, so that a moved dataset keeps its keys. -#}
{%- macro duckdb__file_key(path) -%}
    {{ hash64(duckdb__path_below_root(path)) }}
{%- endmacro -%}

{%- macro duckdb__path_below_root(path) -%}
    substr({{ path }}, {{ duckdb__landed_prefix() | length + 1 }})
{%- endmacro -%}

{#- What paths of landed files begin with: the raw root and a slash, nothing where it is the folder that commands run in. -#}
{%- macro duckdb__landed_prefix() -%}
    {%- set root = setting('raw_root') -%}
    {{- '' if root == '.' else root ~ '/' -}}
{%- endmacro -%}

{#- A text as SQL has it. -#}
{%- macro duckdb__quoted(text) -%}
    {{- "'" ~ text | replace("'", "''") ~ "'" -}}
{%- endmacro -%}

{#- A path as a reader of files takes it: what else would make it a pattern stands for itself. -#}
{%- macro duckdb__plain_path(path) -%}
    {{- path | replace('[', '[[]') | replace('*', '[*]') | replace('?', '[?]') -}}
{%- endmacro -%}

{#- Paths as a reader of files takes them, with commas between them. -#}
{%- macro duckdb__plain_paths(paths) -%}
    {%- for path in paths -%}
        {{- duckdb__quoted(duckdb__plain_path(path)) ~ (', ' if not loop.last) -}}
    {%- endfor -%}
{%- endmacro -%}

{#- Query of landed paths, one per row: path. -#}
{%- macro duckdb__paths(paths) -%}
    select unnest([{% for path in paths %}{{ duckdb__quoted(path) ~ (', ' if not loop.last) }}{% endfor %}]) as path
{%- endmacro -%}

{%- macro has_csv(system, table, reader=none) -%}
    {%- if not execute or target.type != 'duckdb' -%}{{ return(false) }}{%- endif -%}
    {%- set paths = duckdb__landed_paths(system, table, 'csv', reader) -%}
    {%- if not paths -%}{{ return(false) }}{%- endif -%}
    {{ return(run_query(
        "select count(*) from (" ~ duckdb__paths(paths) ~ ") as landed"
        ~ " where json_extract_string(landed_csv_header_json(path), '$.problem') is null"
    ).columns[0][0] > 0) }}
{%- endmacro -%}

{#- CSV files grouped by header; a file without one is left to the registry, which reports it. -#}
{%- macro duckdb__csv_groups(system, table, reader=none) -%}
    {%- set groups = {} -%}
    {%- set paths = duckdb__landed_paths(system, table, 'csv', reader) -%}
    {%- for path in paths if '://' in path -%}
        {{ exceptions.raise_compiler_error(path ~ ' is a CSV file in an object store: land Parquet there, or give a folder') }}
    {%- endfor -%}
    {%- if not paths -%}{{ return([]) }}{%- endif -%}
    {%- set files = run_query(
        "select path, header, case when json_extract_string(header, '$.problem') is null then landed_mixed_line_ends(path) end"
        ~ " from (select path, landed_csv_header_json(path) as header from (" ~ duckdb__paths(paths) ~ ") as landed) as looked_at"
        ~ " order by path"
    ) -%}
    {%- for file in files.rows -%}
        {%- set header = fromjson(file[1]) -%}
        {%- set problem = header.problem or file[2] -%}
        {%- if problem and problem != 'is empty' -%}
            {{ exceptions.raise_compiler_error(file[0] ~ ' ' ~ problem) }}
        {%- elif not problem -%}
            {%- set signature = tojson(header.columns) -%}
            {%- do groups.setdefault(signature, {'columns': header.columns, 'files': []}).files.append(file[0]) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(groups.values() | list) }}
{%- endmacro -%}

{#- One read of CSV files with the same header: all text, nothing guessed, unreadable lines kept apart. A repeated or empty
    column name gets a name of its own, which no header has; the first one counts. -#}
{%- macro duckdb__read_csv(group, name) -%}
    {%- set columns = [] -%}
    {%- set seen = [] -%}
    {%- for column in group.columns -%}
        {%- set unique = column if column and column not in seen else ' ' ~ loop.index -%}
        {%- do seen.append(column) -%}
        {%- do columns.append(duckdb__quoted(unique) ~ ": 'varchar'") -%}
    {%- endfor -%}
    (
                select *, row_number() over () as " (row)"
                from read_csv(
                    [{{ duckdb__plain_paths(group.files) }}],
                    auto_detect = false, header = true, delim = ',', quote = '"', escape = '"',
                    max_line_size = 33554432, filename = ' (path)',
                    store_rejects = true, rejects_table = 'rejects__{{ name }}', rejects_scan = 'reject_scans__{{ name }}',
                    columns = { {{- columns | join(', ') -}} }
                )
            ) as csv
{%- endmacro -%}

{#- Parquet files grouped by their columns and types; a file that is none stops the run with its name. Each group: files,
    columns (all names), types (of the contract's columns). -#}
{%- macro duckdb__parquet_groups(system, table, reader=none) -%}
    {%- set paths = duckdb__landed_paths(system, table, 'parquet', reader) -%}
    {%- if not paths -%}{{ return([]) }}{%- endif -%}
    {%- set problems = run_query(
        "select path || ' ' || problem from (select path, case when path not like '%://%' then landed_parquet_problem(path) end"
        ~ " as problem from (" ~ duckdb__paths(paths) ~ ") as landed) as looked_at where problem is not null order by path"
    ).columns[0].values() -%}
    {%- if problems -%}{{ exceptions.raise_compiler_error(problems[0]) }}{%- endif -%}
    {%- set schemas = run_query(
        "select to_json(list(file_name order by file_name)) as files, types from ("
        ~ "select file_name, to_json(list([column_name, landed_type, duckdb_type] order by column_id)) as types"
        ~ " from (" ~ duckdb__parquet_columns(paths) ~ ") as landed group by file_name"
        ~ ") as schemas group by types, case when types like '%[\"file_row_number\",%' then file_name end order by files"
    ) -%}
    {%- set groups = [] -%}
    {%- for schema in schemas.rows -%}
        {%- set group = {'files': fromjson(schema[0]), 'columns': [], 'types': {}} -%}
        {%- for column in fromjson(schema[1]) -%}
            {%- do group.columns.append(column[0]) -%}
            {%- if column[0] in contract_of(system, table).columns -%}
                {%- do group.types.update({column[0]: column[1]}) -%}
            {%- endif -%}
        {%- endfor -%}
        {%- do groups.append(group) -%}
    {%- endfor -%}
    {{ return(groups) }}
{%- endmacro -%}

{#- One read of Parquet files with the same columns. The reader numbers the rows of a file in a column file_row_number; a file
    that has one of its own is read alone, and its rows are counted. -#}
{%- macro duckdb__read_parquet(group) -%}
    {%- set decoded = [] -%}
    {%- set undecoded = [] -%}
    {%- for column, type in group.types.items() if type == 'bytes' -%}
        {%- set name = column | replace('"', '""') -%}
        {%- do decoded.append('try(decode("' ~ name ~ '")) as "' ~ name ~ '"') -%}
        {%- do undecoded.append(
            'case when try(decode("' ~ name ~ '")) is null then cast("' ~ name ~ '" as varchar) end as " ' ~ name ~ '", '
        ) -%}
    {%- endfor -%}
    {%- set is_numbered = 'file_row_number' not in group.columns -%}
    (
                select *{{ ' replace (' ~ decoded | join(', ') ~ ')' if decoded }}, {{ undecoded | join }}
                    {{ 'file_row_number + 1' if is_numbered else 'row_number() over ()' }} as " (row)"
                from read_parquet(
                    [{{ duckdb__plain_paths(group.files) }}], filename = ' (path)'{{ ', file_row_number = true' if is_numbered }}
                )
            ) as parquet
{%- endmacro -%}

{#- Query of the columns of Parquet files: file_name, column_id, column_name (lower case; of columns with the same name the
    first), duckdb_type, landed_type. The schema lists what is inside a column behind it. A column of the file itself is one
    from which on fewer columns are still to come than from any before it. -#}
{%- macro duckdb__parquet_columns(paths) -%}
    select
        file_name, column_id, lower(name) as column_name, duckdb_type,
        {{ duckdb__landed_type('duckdb_type') }} as landed_type
    from (
        select
            *,
            min(to_come) over (
                partition by file_name order by column_id rows between unbounded preceding and 1 preceding
            ) as fewest_to_come
        from (
            select
                *,
                1 + sum(coalesce(num_children, 0) - 1) over (
                    partition by file_name order by column_id rows between unbounded preceding and 1 preceding
                ) as to_come
            from parquet_schema([{{ duckdb__plain_paths(paths) }}])
        ) as nodes
        where column_id > 0
    ) as columns_and_parts
    where fewest_to_come is null or to_come < fewest_to_come
    qualify row_number() over (partition by file_name, lower(name) order by column_id) = 1
{%- endmacro -%}

{#- Kind of a Parquet column's type, as an expression. Lists and structures are other, whatever is in them. -#}
{%- macro duckdb__landed_type(type) -%}
    {%- set type = 'upper(' ~ type ~ ')' -%}
    case
        when {{ type }} like '%]' then 'other'
        when {{ type }} = 'VARCHAR' or {{ type }} like 'ENUM(%' then 'text'
        when {{ type }} = 'BLOB' then 'bytes'
        when {{ type }} = 'TIMESTAMP WITH TIME ZONE' or {{ type }} like 'TIMESTAMPTZ%' then 'zoned_timestamp'
        when {{ type }} like 'TIMESTAMP%' then 'timestamp'
        when {{ type }} = 'DATE' then 'date'
        when {{ type }} = 'BOOLEAN' then 'boolean'
        when {{ type }} in ('DOUBLE', 'FLOAT') then 'double'
        when regexp_matches({{ type }}, '^(U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|DECIMAL[(][0-9, ]+[)])$') then 'number'
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
