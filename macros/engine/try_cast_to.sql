{#- The text as another type, null where it cannot be read as that. -#}
{%- macro try_cast_to(text, type) -%}
    {{ return(adapter.dispatch('try_cast_to')(text, type)) }}
{%- endmacro -%}

{%- macro duckdb__try_cast_to(text, type) -%}
    try_cast({{ text }} as {{ type }})
{%- endmacro -%}
