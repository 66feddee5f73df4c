{#- Day of the week of a date, 1 on Monday to 7 on Sunday: days since its week began. -#}
{%- macro weekday_of(date) -%}
    cast(
        {{ seconds_between("cast(date_trunc('week', " ~ date ~ ') as timestamp)', 'cast(' ~ date ~ ' as timestamp)') }} / 86400
        as integer
    ) + 1
{%- endmacro -%}
