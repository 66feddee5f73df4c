{#- UTC of a timestamp that is in the business time zone. -#}
{%- macro local_to_utc(local_time) -%}
    {{ return(adapter.dispatch('local_to_utc')(local_time)) }}
{%- endmacro -%}

{%- macro duckdb__local_to_utc(local_time) -%}
    make_timestamp(epoch_us(timezone('{{ setting("timezone") }}', {{ local_time }})))
{%- endmacro -%}

{%- macro postgres__local_to_utc(local_time) -%}
    (({{ local_time }}) at time zone '{{ setting("timezone") }}' at time zone 'UTC')
{%- endmacro -%}

{%- macro spark__local_to_utc(local_time) -%}
    cast(to_utc_timestamp({{ local_time }}, '{{ setting("timezone") }}') as timestamp_ntz)
{%- endmacro -%}
