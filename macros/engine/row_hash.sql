{#- Fast 64-bit hash of some columns (null counts as a value). Only for keys that live and die inside one engine:
    engines differ in it. -#}
{%- macro row_hash(columns) -%}
    {{ return(adapter.dispatch('row_hash')(columns)) }}
{%- endmacro -%}

{%- macro duckdb__row_hash(columns) -%}
    hash({{ columns | join(', ') }})
{%- endmacro -%}
