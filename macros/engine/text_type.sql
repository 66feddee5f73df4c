{#- Name of the type of a text of any length, as expressions have it. -#}
{%- macro text_type() -%}
    {{ return(adapter.dispatch('text_type')()) }}
{%- endmacro -%}

{%- macro duckdb__text_type() -%}
    varchar
{%- endmacro -%}

{%- macro postgres__text_type() -%}
    text
{%- endmacro -%}

{%- macro spark__text_type() -%}
    string
{%- endmacro -%}
