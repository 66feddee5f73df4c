{#- Replaces dbt's own: an engine that keeps no memory makes every model anew; logs go on everywhere. -#}
{%- macro should_full_refresh() -%}
    {%- set stated = config.get('full_refresh') -%}
    {{ return(stated if stated is not none else flags.FULL_REFRESH or not keeps_memory()) }}
{%- endmacro -%}
