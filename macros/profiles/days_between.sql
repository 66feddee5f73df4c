{#- Whole days from one date to another; negative when the second is earlier. -#}
{%- macro days_between(start_date, end_date) -%}
    cast(round({{ seconds_between(
        'cast(' ~ start_date ~ ' as timestamp)', 'cast(' ~ end_date ~ ' as timestamp)'
    ) }} / 86400) as bigint)
{%- endmacro -%}
