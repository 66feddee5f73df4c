{#- UTC of a timestamp that is in the business time zone. Where clocks are set back an hour comes twice: it is the later one. -#}
{%- macro local_to_utc(local_time) -%}
    {{ return(adapter.dispatch('local_to_utc')(local_time)) }}
{%- endmacro -%}

{%- macro duckdb__local_to_utc(local_time) -%}
    make_timestamp(epoch_us(timezone('{{ setting("timezone") }}', {{ local_time }})))
{%- endmacro -%}

{%- macro postgres__local_to_utc(local_time) -%}
    (({{ local_time }}) at time zone '{{ setting("timezone") }}' at time zone 'UTC')
{%- endmacro -%}

{#- Spark takes the earlier one. What the next day's distance from UTC makes of the time is the later one where it leads back. -#}
{%- macro spark__local_to_utc(local_time) -%}
    {%- set zone = setting('timezone') -%}
    {%- set later = "(to_utc_timestamp((" ~ local_time ~ ") + interval '1' day, '" ~ zone ~ "') - interval '1' day)" -%}
    cast(case
        when from_utc_timestamp({{ later }}, '{{ zone }}') = ({{ local_time }}) then {{ later }}
        else to_utc_timestamp({{ local_time }}, '{{ zone }}')
    end as timestamp_ntz)
{%- endmacro -%}
