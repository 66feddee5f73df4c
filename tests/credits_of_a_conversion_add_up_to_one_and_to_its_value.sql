-- Per conversion, level and model; exactly, in decimals. A conversion without any credit is a failure too.
with credited as (
    select
        goal_code,
        conversion_key,
        level,
        model_code,
        sum(credit) as credit,
        sum(value) as value,
        min(credit) as smallest_credit
    from {{ ref('int_touchpoint_credits') }}
    group by goal_code, conversion_key, level, model_code
),

levels_and_models as (
    select distinct
        level,
        model_code
    from {{ ref('int_touchpoint_credits') }}
),

conversions as (
    select
        conversions.goal_code,
        conversions.conversion_key,
        conversions.value,
        levels_and_models.level,
        levels_and_models.model_code
    from {{ ref('int_conversions') }} as conversions
    cross join levels_and_models
)

select
    coalesce(conversions.goal_code, credited.goal_code) as goal_code,
    coalesce(conversions.conversion_key, credited.conversion_key) as conversion_key,
    coalesce(conversions.level, credited.level) as level,
    coalesce(conversions.model_code, credited.model_code) as model_code,
    credited.credit,
    credited.value as credited_value,
    conversions.value
from conversions
full outer join credited
    on
        conversions.goal_code = credited.goal_code
        and conversions.conversion_key = credited.conversion_key
        and conversions.level = credited.level
        and conversions.model_code = credited.model_code
where
    conversions.conversion_key is null
    or credited.conversion_key is null
    or credited.credit <> 1
    or credited.smallest_credit <= 0
    or credited.value <> conversions.value
