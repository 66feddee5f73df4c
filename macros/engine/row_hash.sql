{#- Fast 64-bit hash of some columns (null counts as a value). Only for keys that live and die inside one engine:
    engines differ in it. -#}
{%- macro row_hash(columns) -%}
    {{ return(adapter.dispatch('row_hash')(columns)) }}
{%- endmacro -%}

{%- macro duckdb__row_hash(columns) -%}
    hash({{ columns | join(', ') }})
{%- endmacro -%}

{#- Not below zero, as the remainder of a negative number is negative there. -#}
{%- macro postgres__row_hash(columns) -%}
    {%- set parts = [] -%}
    {%- for column in columns -%}
        {%- do parts.append("coalesce(cast(" ~ column ~ " as text), chr(30))") -%}
    {%- endfor -%}
    (hashtextextended({{ parts | join(" || chr(31) || ") }}, 0) & 9223372036854775807)
{%- endmacro -%}

{#- Spark's hash passes nulls over: whether a column is null counts beside it. Not below zero, as on PostgreSQL. -#}
{%- macro spark__row_hash(columns) -%}
    {%- set parts = [] -%}
    {%- for column in columns -%}
        {%- do parts.append("isnull(" ~ column ~ "), " ~ column) -%}
    {%- endfor -%}
    (xxhash64({{ parts | join(", ") }}) & 9223372036854775807)
{%- endmacro -%}
