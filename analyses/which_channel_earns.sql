-- What each channel is credited with for paid orders, under three models side by side. Each column adds up to all orders.
with contribution as (
    select * from {{ ref('channel_contribution') }}
    where goal_code = 'order' and level = 'channel' and period_type = 'all'
),

channels as (
    select * from {{ ref('dim_channels') }}
),

compared as (
    select
        code,
        sum(case when model_code = 'first' then conversions else 0 end) as first_orders,
        sum(case when model_code = 'last' then conversions else 0 end) as last_orders,
        sum(
            case when model_code = 'linear' then conversions else 0 end
        ) as linear_orders,
        sum(case when model_code = 'first' then value else 0 end) as first_value,
        sum(case when model_code = 'last' then value else 0 end) as last_value,
        sum(case when model_code = 'linear' then value else 0 end) as linear_value
    from contribution
    group by code
)

select
    coalesce(channels.channel_name, compared.code) as channel_name,
    cast(compared.first_orders as decimal(18, 0)) as first_orders,
    cast(compared.last_orders as decimal(18, 0)) as last_orders,
    cast(compared.linear_orders as decimal(18, 1)) as linear_orders,
    cast(compared.first_value as decimal(18, 2)) as first_value,
    cast(compared.last_value as decimal(18, 2)) as last_value,
    cast(compared.linear_value as decimal(18, 2)) as linear_value
from compared
left join channels on compared.code = channels.channel_code
order by compared.linear_value desc, compared.code asc
