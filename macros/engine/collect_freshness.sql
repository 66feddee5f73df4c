{#- `dbt source freshness` for landed files: the newest load time that the records state. A table that has not landed, or
    whose export has no load times, counts as never loaded. -#}
{%- macro duckdb__collect_freshness(source, loaded_at_field, filter) -%}
    {%- set system, table = source.identifier.split('__') -%}
    {%- call statement('collect_freshness', fetch_result=True, auto_begin=False) -%}
    select
        cast(max({{ loaded_at_field }}) as timestamptz) as max_loaded_at,
        {{ current_timestamp() }} as snapshotted_at
    from {{ raw(system, table) }} as landed
    {%- if filter %}
    where {{ filter }}
    {%- endif %}
    {%- endcall -%}
    {{ return(load_result('collect_freshness')) }}
{%- endmacro -%}

{%- macro postgres__collect_freshness(source, loaded_at_field, filter) -%}
    {{ return(duckdb__collect_freshness(source, loaded_at_field, filter)) }}
{%- endmacro -%}
