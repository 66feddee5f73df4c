{#- Creates a table that lives as long as the connection, replacing one of the same name; the query may read the one that it
    replaces. -#}
{%- macro create_working_table(name, query) -%}
    {%- do adapter.dispatch('create_working_table')(name, query) -%}
{%- endmacro -%}

{%- macro duckdb__create_working_table(name, query) -%}
    {%- do run_query('create or replace temporary table ' ~ name ~ ' as ' ~ query) -%}
{%- endmacro -%}

{#- Statistics are told at once: the server would plan the next step for a table of unknown size. -#}
{%- macro postgres__create_working_table(name, query) -%}
    {%- do run_query('create temporary table ' ~ name ~ '__new as ' ~ query) -%}
    {%- do run_query('drop table if exists pg_temp.' ~ name) -%}
    {%- do run_query('alter table ' ~ name ~ '__new rename to ' ~ name) -%}
    {%- do run_query('analyze ' ~ name) -%}
{%- endmacro -%}

{#- Spark has no temporary tables: it is a table of the session's default schema. -#}
{%- macro spark__create_working_table(name, query) -%}
    {%- do run_query('drop table if exists ' ~ name ~ '__new') -%}
    {%- do run_query('create table ' ~ name ~ '__new using parquet as ' ~ query) -%}
    {%- do run_query('drop table if exists ' ~ name) -%}
    {%- do run_query('alter table ' ~ name ~ '__new rename to ' ~ name) -%}
{%- endmacro -%}
