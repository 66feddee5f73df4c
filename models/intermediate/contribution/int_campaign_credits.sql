with credits as (
    select * from {{ ref('int_conversion_credits') }}
    where level = 'touchpoint'
),

summed as (
    select
        goal_code,
        channel_code,
        campaign_code,
        cast(date_trunc('month', converted_date) as date) as month_date,
        {{ summed_credits() }}
    from credits
    group by
        goal_code,
        channel_code,
        campaign_code,
        cast(date_trunc('month', converted_date) as date)
)
{% for model in rule_models() %}
select
    goal_code,
    channel_code,
    campaign_code,
    '{{ model.code }}' as model_code,
    month_date,
    {{ summed_contribution(model.code) }}
from summed
where {{ model.code }}_units > 0
{{ 'union all' if not loop.last }}
{%- endfor %}
