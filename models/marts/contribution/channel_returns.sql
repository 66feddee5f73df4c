with spend as (
    select
        channel_code,
        {{ campaign_code('campaign') }} as campaign,
        cast(date_trunc('month', spend_date) as date) as month_start_date,
        sum(cost) as cost
    from {{ ref('int_ad_spend_converted') }}
    group by
        channel_code,
        {{ campaign_code('campaign') }},
        cast(date_trunc('month', spend_date) as date)
),

goals as (
    select goal_code
    from {{ ref('goals') }}
    where {{ of_this_industry() }}
),

models as (
    {%- for model in rule_models() %}
    select '{{ model.code }}' as model_code
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

spend_of_models as (
    select
        spend.*,
        goals.goal_code,
        models.model_code
    from spend
    cross join goals
    cross join models
),

credits as (
    select * from {{ ref('int_campaign_credits') }}
),

returns as (
    select
        coalesce(credits.goal_code, spend.goal_code) as goal_code,
        coalesce(credits.channel_code, spend.channel_code) as channel_code,
        coalesce(credits.campaign_code, spend.campaign) as campaign,
        coalesce(credits.month_date, spend.month_start_date) as month_start_date,
        coalesce(credits.model_code, spend.model_code) as model_code,
        spend.cost,
        coalesce(credits.conversions, 0) as conversions,
        coalesce(credits.value, 0) as value
    from credits
    full outer join spend_of_models as spend
        on
            credits.goal_code = spend.goal_code
            and credits.model_code = spend.model_code
            and credits.channel_code = spend.channel_code
            and credits.campaign_code = spend.campaign
            and credits.month_date = spend.month_start_date
)

select
    goal_code,
    channel_code,
    campaign,
    month_start_date,
    model_code,
    cast(cost as decimal(18, 2)) as cost,
    cast(conversions as decimal(28, 12)) as conversions,
    cast(value as decimal(18, 2)) as value,
    cast(cost as {{ double_type() }})
    / nullif(cast(conversions as {{ double_type() }}), 0) as cost_per_conversion,
    cast(value as {{ double_type() }})
    / nullif(cast(cost as {{ double_type() }}), 0) as return_on_spend
from returns
