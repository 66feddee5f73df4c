-- Per conversion and level, for every model that tells its credit step by step; in whole units and cents. A conversion
-- without a touch is unattributed, any other is not.
with credited as (
    select
        goal_code,
        conversion_key,
        level,
        {%- for model in rule_models() %}
        sum({{ model.units }}) as {{ model.code }}_units,
        sum(value_sign * {{ model.cents }}) as {{ model.code }}_cents,
        min({{ model.units }}) as {{ model.code }}_least_units,
        {%- endfor %}
        count(*) as step_count
    from {{ ref('int_conversion_credits') }}
    group by goal_code, conversion_key, level
),

levels as (
    {%- for level in journey_levels() %}
    select '{{ level }}' as level
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

unattributed as (
    select
        goal_code,
        conversion_key
    from {{ ref('int_conversions_unattributed') }}
),

conversions as (
    select
        conversions.goal_code,
        conversions.conversion_key,
        conversions.value,
        levels.level,
        unattributed.conversion_key is not null as is_unattributed
    from {{ ref('int_conversions') }} as conversions
    left join unattributed
        on
            conversions.goal_code = unattributed.goal_code
            and conversions.conversion_key = unattributed.conversion_key
    cross join levels
)

select
    coalesce(conversions.goal_code, credited.goal_code) as goal_code,
    coalesce(conversions.conversion_key, credited.conversion_key) as conversion_key,
    coalesce(conversions.level, credited.level) as level,
    conversions.value,
    credited.*
from conversions
full outer join credited
    on
        conversions.goal_code = credited.goal_code
        and conversions.conversion_key = credited.conversion_key
        and conversions.level = credited.level
where
    conversions.conversion_key is null
    or conversions.is_unattributed = (credited.conversion_key is not null)
    {%- for model in rule_models() %}
    or credited.{{ model.code }}_units <> {{ credit_units() }}
    or credited.{{ model.code }}_cents <> conversions.value * 100
    or credited.{{ model.code }}_least_units < 0
    {%- endfor %}
