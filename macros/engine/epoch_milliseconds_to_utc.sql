{#- UTC timestamp of a whole number of milliseconds since 1970. -#}
{%- macro epoch_milliseconds_to_utc(milliseconds) -%}
    {{ return(adapter.dispatch('epoch_milliseconds_to_utc')(milliseconds)) }}
{%- endmacro -%}

{%- macro duckdb__epoch_milliseconds_to_utc(milliseconds) -%}
    make_timestamp_ms(cast({{ milliseconds }} as bigint))
{%- endmacro -%}

{%- macro postgres__epoch_milliseconds_to_utc(milliseconds) -%}
    (timestamp '1970-01-01' + ({{ milliseconds }}) * interval '1 millisecond')
{%- endmacro -%}

{%- macro spark__epoch_milliseconds_to_utc(milliseconds) -%}
    cast(timestamp_millis({{ milliseconds }}) as timestamp_ntz)
{%- endmacro -%}
