{#- 63-bit key of a text, the same on every engine: the first 16 hex digits of its MD5, shifted right by one bit so
    that it fits a signed integer. -#}
{%- macro hash64(text) -%}
    {{ return(adapter.dispatch('hash64')(text)) }}
{%- endmacro -%}

{%- macro duckdb__hash64(text) -%}
    cast(cast('0x' || substr(md5({{ text }}), 1, 16) as ubigint) >> 1 as bigint)
{%- endmacro -%}

{%- macro postgres__hash64(text) -%}
    ((cast(cast('x' || substr(md5({{ text }}), 1, 16) as bit(64)) as bigint) >> 1) & 9223372036854775807)
{%- endmacro -%}

{%- macro spark__hash64(text) -%}
    shiftrightunsigned(cast(conv(substr(md5({{ text }}), 1, 16), 16, -10) as bigint), 1)
{%- endmacro -%}
