{#- Materialisation of a query that another reads once: a view, but on PostgreSQL a table, where the planner must know how many rows come out. -#}
{%- macro view_with_statistics() -%}
    {{ return(adapter.dispatch('view_with_statistics')()) }}
{%- endmacro -%}

{%- macro default__view_with_statistics() -%}
    {{ return('view') }}
{%- endmacro -%}

{%- macro postgres__view_with_statistics() -%}
    {{ return('table') }}
{%- endmacro -%}
