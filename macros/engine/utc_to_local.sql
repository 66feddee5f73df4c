{#- Timestamp in the business time zone of a UTC timestamp. -#}
{%- macro utc_to_local(utc_time) -%}
    {{ return(adapter.dispatch('utc_to_local')(utc_time)) }}
{%- endmacro -%}

{%- macro duckdb__utc_to_local(utc_time) -%}
    timezone('{{ setting("timezone") }}', timezone('UTC', {{ utc_time }}))
{%- endmacro -%}

{%- macro postgres__utc_to_local(utc_time) -%}
    (({{ utc_time }}) at time zone 'UTC' at time zone '{{ setting("timezone") }}')
{%- endmacro -%}
