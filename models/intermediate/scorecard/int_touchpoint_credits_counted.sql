{%- set chosen = var('scorecard_model') -%}
{%- set model = rule_models() | selectattr('code', 'equalto', chosen) | first -%}
with credits as (
    select
        code as touchpoint_code,
        converted_date,
        {{ model.units }} as units,
        value_sign * ({{ model.cents }}) as signed_cents
    from {{ ref('int_conversion_credits') }}
    where level = 'touchpoint' and goal_code = '{{ var("scorecard_goal") }}'
),

days as (
    select
        touchpoint_code,
        converted_date,
        cast(sum(cast(units as decimal(25, 0))) as decimal(25, 0)) as units,
        cast(sum(signed_cents) as decimal(18, 0)) as signed_cents
    from credits
    where units > 0
    group by touchpoint_code, converted_date
),

by_period as (
    {{ in_every_period('days', 'converted_date', ['week', 'month', 'all']) }}
),

summed as (
    select
        touchpoint_code,
        period_type,
        period_start_date,
        cast(sum(units) as decimal(25, 0)) as units,
        cast(sum(signed_cents) as decimal(18, 0)) as signed_cents
    from by_period
    group by touchpoint_code, period_type, period_start_date
)

select
    touchpoint_code,
    period_type,
    period_start_date,
    cast({{ units_as_credit('units') }} as decimal(28, 12)) as conversions,
    cast(signed_cents * cast(0.01 as decimal(3, 2)) as decimal(18, 2)) as value
from summed
