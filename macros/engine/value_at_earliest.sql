{#- Aggregate: the value in the group's first row by a UTC time and a whole-number key that decides ties, both never null (rows
    with a null value do not count); value_at_first of the two columns, where one number of both is compared faster. -#}
{%- macro value_at_earliest(value, occurred_at, key) -%}
    {{ return(adapter.dispatch('value_at_earliest')(value, occurred_at, key)) }}
{%- endmacro -%}

{%- macro default__value_at_earliest(value, occurred_at, key) -%}
    {{ value_at_first(value, [occurred_at, key]) }}
{%- endmacro -%}

{#- A key is of 64 bits, so that times of microseconds stand above it in a whole number of 128. -#}
{%- macro duckdb__value_at_earliest(value, occurred_at, key) -%}
    arg_min({{ value }}, cast(epoch_us({{ occurred_at }}) as hugeint) * 18446744073709551616 + {{ key }})
{%- endmacro -%}
