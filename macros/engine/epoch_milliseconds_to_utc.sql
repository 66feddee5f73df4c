{#- UTC timestamp of a whole number of milliseconds since 1970. -#}
{%- macro epoch_milliseconds_to_utc(milliseconds) -%}
    {{ return(adapter.dispatch('epoch_milliseconds_to_utc')(milliseconds)) }}
{%- endmacro -%}

{%- macro duckdb__epoch_milliseconds_to_utc(milliseconds) -%}
    make_timestamp_ms(cast({{ milliseconds }} as bigint))
{%- endmacro -%}
