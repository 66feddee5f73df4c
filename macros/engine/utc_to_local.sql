{#- Timestamp in the business time zone of a UTC timestamp. -#}
{%- macro utc_to_local(utc_time) -%}
    {{ return(adapter.dispatch('utc_to_local')(utc_time)) }}
{%- endmacro -%}

{#- Not by timezone('UTC', …), which asks a calendar once more: twice the cost. -#}
{%- macro duckdb__utc_to_local(utc_time) -%}
    timezone('{{ setting("timezone") }}', make_timestamptz(epoch_us({{ utc_time }})))
{%- endmacro -%}

{%- macro postgres__utc_to_local(utc_time) -%}
    (({{ utc_time }}) at time zone 'UTC' at time zone '{{ setting("timezone") }}')
{%- endmacro -%}

{%- macro spark__utc_to_local(utc_time) -%}
    cast(from_utc_timestamp({{ utc_time }}, '{{ setting("timezone") }}') as timestamp_ntz)
{%- endmacro -%}
