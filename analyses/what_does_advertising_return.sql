-- What was spent on advertising on each channel, and the paid orders that touches of the advertised campaigns earned in the
-- months of the spend; beside it what the channel earned in all, with and without a campaign.
{%- set models = ['first', 'last', 'linear'] %}
with returns as (
    select * from {{ ref('channel_returns') }}
    where goal_code = 'order'
),

channels as (
    select * from {{ ref('dim_channels') }}
),

summed as (
    select
        channel_code,
        sum(case when model_code = 'linear' then cost end) as cost,
        {%- for model in models %}
        sum(
            case
                when model_code = '{{ model }}' and cost is not null then conversions
                else 0
            end
        ) as {{ model }}_orders,
        sum(
            case
                when model_code = '{{ model }}' and cost is not null then value
                else 0
            end
        ) as {{ model }}_value,
        {%- endfor %}
        sum(case when model_code = 'linear' then value else 0 end)
            as linear_value_of_channel
    from returns
    group by channel_code
)

select
    coalesce(channels.channel_name, summed.channel_code) as channel_name,
    cast(summed.cost as decimal(18, 2)) as cost,
    {%- for model in models %}
    cast(summed.{{ model }}_orders as decimal(18, 1)) as {{ model }}_orders,
    cast(summed.{{ model }}_value as decimal(18, 2)) as {{ model }}_value,
    {%- endfor %}
    cast(summed.cost as {{ double_type() }})
    / nullif(cast(summed.linear_orders as {{ double_type() }}), 0)
        as linear_cost_per_order,
    cast(summed.linear_value as {{ double_type() }})
    / nullif(cast(summed.cost as {{ double_type() }}), 0) as linear_return_on_spend,
    cast(summed.linear_value_of_channel as decimal(18, 2)) as linear_value_of_channel
from summed
left join channels on summed.channel_code = channels.channel_code
where summed.cost is not null
order by summed.cost desc, summed.channel_code asc
