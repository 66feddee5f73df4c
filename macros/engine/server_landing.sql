{#- What a landed table is on a server: the relation <raw_schema>.<system>__<table>. Its column load_id names the load (a file
    that was copied in; what a load brought never changes), load_row counts the records of a load from 1. A table without
    load_id counts as one load, read anew whenever anything in it changes; without load_row the rows are numbered in the
    order of their values. Lines that could not be read stand in <raw_schema>.unreadable_lines (load_id, source_system,
    source_table, line). -#}
{%- macro server_relation(system, table) -%}
    {{ return(load_relation(source(system, table))) }}
{%- endmacro -%}

{#- Columns of a relation as a dictionary: name in lower case → kind of its type (see `landed_branches`). -#}
{%- macro server_columns(relation) -%}
    {%- set kinds = {} -%}
    {%- for column in adapter.get_columns_in_relation(relation) -%}
        {%- do kinds.update({column.name | lower: server_kind(column.dtype | lower)}) -%}
    {%- endfor -%}
    {{ return(kinds) }}
{%- endmacro -%}

{%- macro server_kind(type) -%}
    {%- if type.startswith(('text', 'char', 'string', 'varchar')) -%}{{ return('text') }}
    {%- elif type.startswith('timestamp') -%}
        {{ return('zoned_timestamp' if type in ['timestamp with time zone', 'timestamptz'] else 'timestamp') }}
    {%- elif type == 'date' -%}{{ return('date') }}
    {%- elif type.startswith('bool') -%}{{ return('boolean') }}
    {%- elif type.startswith(('int', 'bigint', 'smallint', 'tinyint', 'decimal')) -%}{{ return('number') }}
    {#- PostgreSQL's numeric, too, may be no number -#}
    {%- elif type.startswith(('double', 'real', 'float', 'numeric')) -%}{{ return('double') }}
    {%- else -%}{{ return('other') }}
    {%- endif -%}
{%- endmacro -%}

{#- Name of the load that a row of a landed relation belongs to. -#}
{%- macro server_load(columns) -%}
    {{- "cast(load_id as " ~ text_type() ~ ")" if 'load_id' in columns else "'(whole table)'" -}}
{%- endmacro -%}

{#- Key of a load. -#}
{%- macro server_file_key(system, table, load) -%}
    {{- hash64("'" ~ system ~ '/' ~ table ~ ":' || " ~ load) -}}
{%- endmacro -%}

{#- Names of the columns that describe a load, and no record. -#}
{%- macro server_load_columns() -%}
    {{ return(['load_id', 'load_row']) }}
{%- endmacro -%}

{#- A relation of the raw schema by its name, or none where it is not there. Spark knows no databases above schemas. -#}
{%- macro raw_relation(name) -%}
    {{ return(load_relation(api.Relation.create(
        database=none if target.type == 'spark' else target.database, schema=var('raw_schema'), identifier=name
    ))) }}
{%- endmacro -%}

{#- The lines that the loader could not read, or none where it kept no list. -#}
{%- macro server_unreadable_lines() -%}
    {{ return(raw_relation('unreadable_lines')) }}
{%- endmacro -%}

{#- Condition: this reader has not read the load yet; true without a reader. -#}
{%- macro server_is_unread(system, table, load, reader) -%}
    {%- if reader -%}
    {{ load }} in (
        select present.path from staging.present_files as present
        where
            present.source_system = '{{ system }}'
            and present.source_table = '{{ table }}'
            and not {{ is_read('present', reader) }}
    )
    {%- else -%}
    1 = 1
    {%- endif -%}
{%- endmacro -%}
