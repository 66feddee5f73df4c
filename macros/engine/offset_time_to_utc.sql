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

{#- Spark reads offsets of hours and minutes with a colon between them, after seconds. -#}
{%- macro spark__offset_time_to_utc(text) -%}
    {%- set colon = spark__replace_all(text, '([-+][0-9]{2})([0-9]{2})$', '\\1:\\2') -%}
    {%- set seconds = spark__replace_all(colon, '([T ][0-9]{1,2}:[0-9]{2})([-+Z])', '\\1:00\\2') -%}
    cast({{ spark__try_cast_to(seconds, 'timestamp_ltz') }} as timestamp_ntz)
{%- endmacro -%}
