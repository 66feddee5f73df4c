{#- A 63-bit key in the type of `row_hash`. -#}
{%- macro key_as_row_hash(key) -%}
    {{ return(adapter.dispatch('key_as_row_hash')(key)) }}
{%- endmacro -%}

{%- macro duckdb__key_as_row_hash(key) -%}
    cast({{ key }} as ubigint)
{%- endmacro -%}

{%- macro postgres__key_as_row_hash(key) -%}
    {{ key }}
{%- endmacro -%}

{%- macro spark__key_as_row_hash(key) -%}
    {{ key }}
{%- endmacro -%}
