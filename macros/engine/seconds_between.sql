{#- Seconds from one timestamp to another, as a double with fractions; negative when the second is earlier. -#}
{%- macro seconds_between(start_time, end_time) -%}
    {{ return(adapter.dispatch('seconds_between')(start_time, end_time)) }}
{%- endmacro -%}

{%- macro duckdb__seconds_between(start_time, end_time) -%}
    (epoch_us({{ end_time }}) - epoch_us({{ start_time }})) / 1000000.0
{%- endmacro -%}

{%- macro postgres__seconds_between(start_time, end_time) -%}
    cast(extract(epoch from ({{ end_time }}) - ({{ start_time }})) as double precision)
{%- endmacro -%}

{%- macro spark__seconds_between(start_time, end_time) -%}
    ((unix_micros(cast({{ end_time }} as timestamp_ltz)) - unix_micros(cast({{ start_time }} as timestamp_ltz))) / cast(1000000 as double))
{%- endmacro -%}
