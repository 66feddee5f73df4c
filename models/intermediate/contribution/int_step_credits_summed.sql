-- one pass over the steps: sums by month, and by group of persons for the intervals
with credits as (
    select * from {{ ref('int_conversion_credits') }}
),

person_groups as (
    select * from {{ ref('int_person_groups') }}
),

grouped as (
    select
        credits.*,
        cast(date_trunc('month', credits.converted_date) as date) as month_date,
        person_groups.person_group
    from credits
    inner join person_groups on credits.user_key = person_groups.user_key
),

summed as (
    select
        goal_code,
        level,
        code,
        month_date,
        person_group,
        {%- for model in step_models() %}
        cast(sum(cast({{ model.units }} as decimal(25, 0))) as decimal(25, 0))
            as {{ model.code }}_units,
        cast(sum(value_sign * {{ model.cents }}) as decimal(18, 0))
            as {{ model.code }}_cents
        {{- ',' if not loop.last }}
        {%- endfor %}
    from grouped
    group by grouping sets (
        (goal_code, level, code, month_date),
        (goal_code, level, code, person_group)
    )
)
{% for model in step_models() %}
select
    goal_code,
    level,
    code,
    '{{ model.code }}' as model_code,
    month_date,
    person_group,
    cast({{ units_as_credit(model.code ~ '_units') }} as decimal(28, 12)) as conversions,
    cast({{ model.code }}_cents * cast(0.01 as decimal(3, 2)) as decimal(18, 2)) as value
from summed
where {{ model.code }}_units > 0
{{ 'union all' if not loop.last }}
{%- endfor %}
