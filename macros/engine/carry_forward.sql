{#- The last known (not null) value up to the current row of a named window. -#}
{%- macro carry_forward(value, window) -%}
    {{ return(adapter.dispatch('carry_forward')(value, window)) }}
{%- endmacro -%}

{%- macro duckdb__carry_forward(value, window) -%}
    last_value({{ value }} ignore nulls) over {{ window }}
{%- endmacro -%}

{#- PostgreSQL cannot leave out nulls in a window: an aggregate of `prepare_server` does. -#}
{%- macro postgres__carry_forward(value, window) -%}
    staging.last_known({{ value }}) over {{ window }}
{%- endmacro -%}

{%- macro spark__carry_forward(value, window) -%}
    last_value({{ value }}) ignore nulls over {{ window }}
{%- endmacro -%}
