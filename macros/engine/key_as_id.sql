{#- The id that readers see for an internal key: 16 hex digits, so that no tool rounds it as a number. -#}
{%- macro key_as_id(key) -%}
    {{ return(adapter.dispatch('key_as_id')(key)) }}
{%- endmacro -%}

{%- macro duckdb__key_as_id(key) -%}
    printf('%016x', {{ key }})
{%- endmacro -%}

{%- macro postgres__key_as_id(key) -%}
    lpad(to_hex({{ key }}), 16, '0')
{%- endmacro -%}

{%- macro spark__key_as_id(key) -%}
    lpad(lower(hex({{ key }})), 16, '0')
{%- endmacro -%}
