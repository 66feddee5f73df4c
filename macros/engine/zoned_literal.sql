{#- Literal of a timestamp with time zone, as landed Parquet may have it: for tests. -#}
{%- macro zoned_literal(text) -%}
    {{ return(adapter.dispatch('zoned_literal')(text)) }}
{%- endmacro -%}

{%- macro duckdb__zoned_literal(text) -%}
    cast('{{ text }}' as timestamptz)
{%- endmacro -%}

{%- macro postgres__zoned_literal(text) -%}
    {{ duckdb__zoned_literal(text) }}
{%- endmacro -%}

{%- macro spark__zoned_literal(text) -%}
    cast('{{ text }}' as timestamp_ltz)
{%- endmacro -%}
