{#- Statements that put the rows of a query in the place of a table. -#}
{%- macro replace_table(relation, query) -%}
    {{ return(adapter.dispatch('replace_table')(relation, query)) }}
{%- endmacro -%}

{%- macro duckdb__replace_table(relation, query) -%}
    create or replace table {{ relation }} as {{ query }}
{%- endmacro -%}

{%- macro postgres__replace_table(relation, query) -%}
    {{ return(run_in_turn([
        'drop table if exists ' ~ relation,
        'create table ' ~ relation ~ ' as ' ~ query,
        'analyze ' ~ relation,
    ])) }}
{%- endmacro -%}

{%- macro spark__replace_table(relation, query) -%}
    {{ return(run_in_turn([
        'drop table if exists ' ~ relation,
        'create table ' ~ relation ~ ' using ' ~ spark_tables() ~ ' as ' ~ query,
    ])) }}
{%- endmacro -%}
