with credits as (
    select * from {{ ref('int_step_credits_summed') }}
    union all
    select * from {{ ref('int_shapley_set_summed') }}
),

-- as narrow as what is taken away below: of a difference of 38 digits Spark keeps fewer
all_time as (
    select
        goal_code,
        level,
        code,
        model_code,
        cast(sum(conversions) as decimal(28, 12)) as conversions,
        cast(sum(value) as decimal(28, 8)) as value
    from credits
    where month_date is not null
    group by goal_code, level, code, model_code
),

person_groups as (
    select distinct person_group
    from {{ ref('int_person_groups') }}
),

contributions as (
    select
        goal_code,
        level,
        code,
        model_code,
        month_date,
        cast(null as integer) as left_out_group,
        conversions,
        value
    from credits
    where month_date is not null
    union all
    select
        goal_code,
        level,
        code,
        model_code,
        cast(null as date) as month_date,
        cast(null as integer) as left_out_group,
        conversions,
        value
    from all_time
    union all
    select
        all_time.goal_code,
        all_time.level,
        all_time.code,
        all_time.model_code,
        cast(null as date) as month_date,
        person_groups.person_group as left_out_group,
        all_time.conversions - coalesce(credits.conversions, 0) as conversions,
        all_time.value - coalesce(credits.value, 0) as value
    from all_time
    cross join person_groups
    left join credits
        on
            all_time.goal_code = credits.goal_code
            and all_time.level = credits.level
            and all_time.code = credits.code
            and all_time.model_code = credits.model_code
            and person_groups.person_group = credits.person_group
)

-- wide enough for every model
select
    goal_code,
    level,
    code,
    model_code,
    month_date,
    left_out_group,
    cast(conversions as decimal(28, 12)) as conversions,
    cast(value as decimal(28, 8)) as value
from contributions
