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

{#- Spark reads offsets of hours and minutes with a colon between them. -#}
{%- macro spark__offset_time_to_utc(text) -%}
    {%- set colon = spark__replace_all(text, '([-+][0-9]{2})([0-9]{2})$', '\\1:\\2') -%}
    cast(try_cast({{ spark__replace_all(colon, '([-+][0-9]{2})$', '\\1:00') }} as timestamp_ltz) as timestamp_ntz)
{%- endmacro -%}
