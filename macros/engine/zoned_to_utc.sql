{#- UTC timestamp without zone of a column that is a timestamp with time zone. -#}
{%- macro zoned_to_utc(column) -%}
    {{ return(adapter.dispatch('zoned_to_utc')(column)) }}
{%- endmacro -%}

{#- The cast is for nanoseconds, which are a type of their own. -#}
{%- macro duckdb__zoned_to_utc(column) -%}
    make_timestamp(epoch_us(cast({{ column }} as timestamptz)))
{%- endmacro -%}

{%- macro postgres__zoned_to_utc(column) -%}
    ({{ column }} at time zone 'UTC')
{%- endmacro -%}

{#- The session's time zone is UTC. -#}
{%- macro spark__zoned_to_utc(column) -%}
    cast({{ column }} as timestamp_ntz)
{%- endmacro -%}
