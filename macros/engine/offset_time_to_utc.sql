{#- UTC timestamp without zone of a text that carries an offset; null where it cannot be read. -#}
{%- macro offset_time_to_utc(text) -%}
    {{ return(adapter.dispatch('offset_time_to_utc')(text)) }}
{%- endmacro -%}

{%- macro duckdb__offset_time_to_utc(text) -%}
    make_timestamp(epoch_us(try_cast({{ text }} as timestamptz)))
{%- endmacro -%}

{%- macro postgres__offset_time_to_utc(text) -%}
    ({{ try_cast_to(text, 'timestamptz') }} at time zone 'UTC')
{%- endmacro -%}
