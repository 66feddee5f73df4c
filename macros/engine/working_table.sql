{#- Creates a table that lives as long as the connection, replacing one of the same name. -#}
{%- macro create_working_table(name, query) -%}
    {%- do adapter.dispatch('create_working_table')(name, query) -%}
{%- endmacro -%}

{%- macro duckdb__create_working_table(name, query) -%}
    {%- do run_query('create or replace temporary table ' ~ name ~ ' as ' ~ query) -%}
{%- endmacro -%}
