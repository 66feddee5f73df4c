{{ config(materialized='view') }}
with credits as (
    select * from {{ ref('int_conversion_credits') }}
    where level = 'touchpoint'
),

unattributed as (
    select * from {{ ref('int_conversions_unattributed') }}
)
{% for model in rule_models() %}
select
    {{ goal_id('goal_code', 'conversion_key') }} as conversion_id,
    goal_code,
    '{{ model.code }}' as model_code,
    {{ key_as_id('touchpoint_key') }} as touchpoint_id,
    channel_code,
    code as touchpoint_code,
    cast(
        {{ units_as_credit('cast(' ~ model.units ~ ' as decimal(13, 0))') }}
        as decimal(20, 12)
    ) as credit,
    cast(
        cast(value_sign * ({{ model.cents }}) as decimal(18, 0))
        * cast(0.01 as decimal(3, 2)) as decimal(18, 2)
    ) as value
from credits
where {{ model.units }} > 0
union all
select
    {{ goal_id('goal_code', 'conversion_key') }} as conversion_id,
    goal_code,
    '{{ model.code }}' as model_code,
    cast(null as {{ text_type() }}) as touchpoint_id,
    '(unattributed)' as channel_code,
    '(unattributed)' as touchpoint_code,
    cast(1 as decimal(20, 12)) as credit,
    value
from unattributed
{{ 'union all' if not loop.last }}
{%- endfor %}
