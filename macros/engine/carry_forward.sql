{#- The last known (not null) value up to the current row of a named window. -#}
{%- macro carry_forward(value, window) -%}
    {{ return(adapter.dispatch('carry_forward')(value, window)) }}
{%- endmacro -%}

{%- macro duckdb__carry_forward(value, window) -%}
    last_value({{ value }} ignore nulls) over {{ window }}
{%- endmacro -%}
