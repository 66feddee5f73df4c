{#- The first date behind a period; null for all. -#}
{%- macro date_after_period(period_type, start_date) -%}
    cast(case {{ period_type }}
        when 'day' then {{ start_date }} + interval '1' day
        when 'week' then {{ start_date }} + interval '7' day
        when 'month' then {{ start_date }} + interval '1' month
    end as date)
{%- endmacro -%}

{#- The first date of the period before; null for all. -#}
{%- macro date_of_period_before(period_type, start_date) -%}
    cast(case {{ period_type }}
        when 'day' then {{ start_date }} - interval '1' day
        when 'week' then {{ start_date }} - interval '7' day
        when 'month' then {{ start_date }} - interval '1' month
    end as date)
{%- endmacro -%}
