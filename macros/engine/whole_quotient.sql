{#- Whole number of times that a whole number goes into another, towards zero; exact, where `/` is a double on some engines. -#}
{%- macro whole_quotient(dividend, divisor) -%}
    {{ return(adapter.dispatch('whole_quotient')(dividend, divisor)) }}
{%- endmacro -%}

{%- macro duckdb__whole_quotient(dividend, divisor) -%}
    cast({{ dividend }} // {{ divisor }} as bigint)
{%- endmacro -%}

{%- macro postgres__whole_quotient(dividend, divisor) -%}
    cast(({{ dividend }} - {{ dividend }} % {{ divisor }}) / {{ divisor }} as bigint)
{%- endmacro -%}

{%- macro spark__whole_quotient(dividend, divisor) -%}
    cast({{ dividend }} div {{ divisor }} as bigint)
{%- endmacro -%}
