{#- Query: the rows of a relation once per period that their date lies in (day, week from Monday, month, all): period_type and
    period_start_date, which is null for all. -#}
{%- macro in_every_period(relation, date, periods=['day', 'week', 'month', 'all']) -%}
    {%- for period in periods %}
    select
        *,
        '{{ period }}' as period_type,
        {% if period == 'all' -%}
        cast(null as date)
        {%- elif period == 'day' -%}
        {{ date }}
        {%- else -%}
        cast(date_trunc('{{ period }}', {{ date }}) as date)
        {%- endif %} as period_start_date
    from {{ relation }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
{%- endmacro -%}
