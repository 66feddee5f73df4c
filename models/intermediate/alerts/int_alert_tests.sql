{%- set shown = [
    'series_key', 'rule_code', 'day_number', 'observed', 'expected', 'low', 'high',
    'p_value', 'is_relevant',
] -%}
{#- the chance of any false alarm on a quiet day, so that a quiet month keeps to its share -#}
{%- set daily_share = var('alert_false_share') ~ ' / ' ~ var('alert_month_days') -%}
with tests as (
    {%- for model in [
        'int_alert_comparisons', 'int_alert_thresholds', 'int_alert_concentrations'
    ] %}
    select
        {{ shown | join(',\n        ') }}
    from {{ ref(model) }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

-- Benjamini and Hochberg 1995, over all that is tested on a day
ranked as (
    select
        *,
        count(*) over (partition by day_number) as test_count,
        row_number() over (
            partition by day_number
            order by p_value, series_key
        ) as place
    from tests
),

controlled as (
    select
        *,
        least(1, min(p_value * test_count / place) over (
            partition by day_number
            order by place
            rows between current row and unbounded following
        )) as q_value
    from ranked
)

select
    {{ shown | join(',\n    ') }},
    test_count,
    q_value,
    is_relevant and q_value <= {{ daily_share }} as is_breached
from controlled
