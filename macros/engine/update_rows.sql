{#- Statement that changes rows of a table, here called records. `changes`: column → expression. `source`: what it is joined
    with ("table as alias"), one row at most for each record by the condition `matching`. `where`: which of these records change. -#}
{%- macro update_rows(relation, changes, where, source=none, matching=none) -%}
    {{ return(adapter.dispatch('update_rows')(relation, changes, where, source, matching)) }}
{%- endmacro -%}

{%- macro default__update_rows(relation, changes, where, source, matching) -%}
    {%- set assignments = [] -%}
    {%- for column, expression in changes.items() -%}{%- do assignments.append(column ~ ' = ' ~ expression) -%}{%- endfor -%}
    update {{ relation }} as records
    set {{ assignments | join(', ') }}
    {{ 'from ' ~ source ~ ' where (' ~ matching ~ ') and' if source else 'where' }} ({{ where }})
{%- endmacro -%}

{#- A table format can change rows; of files alone, a new table takes the place of the old one. -#}
{%- macro spark__update_rows(relation, changes, where, source, matching) -%}
    {%- if keeps_memory() -%}
        {{ return(spark__merge_changes(relation, changes, where, source, matching)) }}
    {%- endif -%}
    {{ return(spark__replace_changed(relation, changes, where, source, matching)) }}
{%- endmacro -%}

{%- macro spark__merge_changes(relation, changes, where, source, matching) -%}
    {%- set assignments = [] -%}
    {%- for column, expression in changes.items() -%}{%- do assignments.append(column ~ ' = ' ~ expression) -%}{%- endfor -%}
    {%- if source %}
    merge into {{ relation }} as records using {{ source }} on ({{ matching }}) and ({{ where }})
    when matched then update set {{ assignments | join(', ') }}
    {%- else %}
    update {{ relation }} as records set {{ assignments | join(', ') }} where {{ where }}
    {%- endif %}
{%- endmacro -%}

{%- macro spark__replace_changed(relation, changes, where, source, matching) -%}
    {%- set changes_here = '(' ~ matching ~ ') and (' ~ where ~ ')' if source else where -%}
    {%- set columns = [] -%}
    {%- for column in adapter.get_columns_in_relation(relation) -%}
        {%- if column.name in changes -%}
            {%- do columns.append('case when ' ~ changes_here ~ ' then ' ~ changes[column.name] ~ ' else records.' ~ column.name
                ~ ' end as ' ~ column.name) -%}
        {%- else -%}
            {%- do columns.append('records.' ~ column.name) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- set new = relation ~ '__new' -%}
    {{ return(run_in_turn([
        'drop table if exists ' ~ new,
        'create table ' ~ new ~ ' using parquet as select ' ~ columns | join(', ') ~ ' from ' ~ relation ~ ' as records'
        ~ (' left join ' ~ source ~ ' on ' ~ matching if source else ''),
        'drop table ' ~ relation,
        'alter table ' ~ new ~ ' rename to ' ~ relation,
    ])) }}
{%- endmacro -%}

{#- Changes rows at once: for macros that go on with what they changed. -#}
{%- macro run_update(relation, changes, where, source=none, matching=none) -%}
    {%- set statement = update_rows(relation, changes, where, source, matching) -%}
    {%- if statement -%}{%- do run_query(statement) -%}{%- endif -%}
{%- endmacro -%}
