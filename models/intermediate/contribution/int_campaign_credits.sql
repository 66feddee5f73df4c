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
        {%- for model in step_models() %}
        cast(sum(cast({{ model.units }} as decimal(25, 0))) as decimal(25, 0))
            as {{ model.code }}_units,
        cast(sum(value_sign * {{ model.cents }}) as decimal(18, 0))
            as {{ model.code }}_cents
        {{- ',' if not loop.last }}
        {%- endfor %}
    from credits
    group by
        goal_code,
        channel_code,
        campaign_code,
        cast(date_trunc('month', converted_date) as date)
)
{% for model in step_models() %}
select
    goal_code,
    channel_code,
    campaign_code,
    '{{ model.code }}' as model_code,
    month_date,
    cast({{ units_as_credit(model.code ~ '_units') }} as decimal(28, 12)) as conversions,
    cast({{ model.code }}_cents * cast(0.01 as decimal(3, 2)) as decimal(18, 2)) as value
from summed
where {{ model.code }}_units > 0
{{ 'union all' if not loop.last }}
{%- endfor %}
