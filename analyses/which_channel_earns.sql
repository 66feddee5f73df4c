-- What each channel is credited with for paid orders, under the models side by side. Each column adds up to all orders, and
-- to their whole net value; the interval is that of the removal effect's share.
{#- what the vars say is worked out for channels -#}
{%- set models = rule_models() | map(attribute='code') | list %}
{%- for order in var('markov_orders')
    if order == 1 or 'channel' in var('few_code_levels') %}
{%- do models.append('markov_' ~ order) %}
{%- endfor %}
{%- do models.append('shapley_set') %}
{%- if 'channel' in var('few_code_levels') %}
{%- do models.append('shapley_path') %}
{%- endif %}
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
        {%- for model in models %}
        sum(case when model_code = '{{ model }}' then conversions else 0 end)
            as {{ model }}_orders,
        sum(case when model_code = '{{ model }}' then value else 0 end)
            as {{ model }}_value,
        {%- endfor %}
        max(case when model_code = 'markov_1' then share end) as markov_1_share,
        max(case when model_code = 'markov_1' then share_low end) as markov_1_share_low,
        max(case when model_code = 'markov_1' then share_high end)
            as markov_1_share_high
    from contribution
    group by code
)

select
    coalesce(channels.channel_name, compared.code) as channel_name,
    {%- for model in models %}
    cast(compared.{{ model }}_orders as decimal(18, 1)) as {{ model }}_orders,
    {%- endfor %}
    {%- for model in models %}
    cast(compared.{{ model }}_value as decimal(18, 2)) as {{ model }}_value,
    {%- endfor %}
    compared.markov_1_share,
    compared.markov_1_share_low,
    compared.markov_1_share_high
from compared
left join channels on compared.code = channels.channel_code
order by compared.linear_value desc, compared.code asc
