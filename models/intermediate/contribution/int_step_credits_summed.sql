-- sums by month, and by group of persons for the intervals
with credits as (
    select * from {{ ref('int_conversion_credits') }}
),

person_groups as (
    select * from {{ ref('int_person_groups') }}
),

cells as (
    select
        credits.goal_code,
        credits.level,
        credits.code,
        cast(date_trunc('month', credits.converted_date) as date) as month_date,
        person_groups.person_group,
        {{ summed_credits() }}
    from credits
    inner join person_groups on credits.user_key = person_groups.user_key
    group by
        credits.goal_code,
        credits.level,
        credits.code,
        cast(date_trunc('month', credits.converted_date) as date),
        person_groups.person_group
),

summed as (
    select
        goal_code,
        level,
        code,
        month_date,
        cast(null as integer) as person_group,
        {{ summed_again() }}
    from cells
    group by goal_code, level, code, month_date
    union all
    select
        goal_code,
        level,
        code,
        cast(null as date) as month_date,
        person_group,
        {{ summed_again() }}
    from cells
    group by goal_code, level, code, person_group
)
{% for model in rule_models() %}
select
    goal_code,
    level,
    code,
    '{{ model.code }}' as model_code,
    month_date,
    person_group,
    {{ summed_contribution(model.code) }}
from summed
where {{ model.code }}_units > 0
{{ 'union all' if not loop.last }}
{%- endfor %}
