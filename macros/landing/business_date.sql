{#- Date in the business time zone of a UTC timestamp. -#}
{%- macro business_date(utc_time) -%}
    cast({{ utc_to_local(utc_time) }} as date)
{%- endmacro -%}
