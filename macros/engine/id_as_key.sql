{#- The internal key behind an id of 16 hex digits: the way back from `key_as_id`. -#}
{%- macro id_as_key(id) -%}
    {{ return(adapter.dispatch('id_as_key')(id)) }}
{%- endmacro -%}

{%- macro duckdb__id_as_key(id) -%}
    cast('0x' || {{ id }} as bigint)
{%- endmacro -%}

{%- macro postgres__id_as_key(id) -%}
    cast(cast('x' || {{ id }} as bit(64)) as bigint)
{%- endmacro -%}

{%- macro spark__id_as_key(id) -%}
    cast(conv({{ id }}, 16, 10) as bigint)
{%- endmacro -%}
