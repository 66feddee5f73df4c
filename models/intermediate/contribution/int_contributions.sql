with attributed as (
    select
        goal_code,
        level,
        code,
        model_code,
        month_date,
        left_out_group,
        conversions,
        value,
        cast(null as {{ double_type() }}) as exact_conversions,
        cast(null as {{ double_type() }}) as exact_value,
        cast(null as {{ double_type() }}) as removal_effect,
        cast(null as {{ double_type() }}) as value_removal_effect
    from {{ ref('int_step_contributions') }}
    where model_code <> 'shapley_set'
    union all
    select
        goal_code,
        level,
        code,
        model_code,
        month_date,
        left_out_group,
        conversions,
        value,
        exact_conversions,
        exact_value,
        removal_effect,
        value_removal_effect
    from {{ ref('int_data_driven_contributions') }}
),

levels_and_models as (
    {{ contribution_levels_and_models() }}
),

unattributed as (
    select
        conversions.goal_code,
        levels_and_models.level,
        '(unattributed)' as code,
        levels_and_models.model_code,
        conversions.month_date,
        conversions.left_out_group,
        cast(conversions.conversions as decimal(28, 12)) as conversions,
        cast(conversions.value as decimal(18, 2)) as value,
        cast(null as {{ double_type() }}) as exact_conversions,
        cast(null as {{ double_type() }}) as exact_value,
        cast(null as {{ double_type() }}) as removal_effect,
        cast(null as {{ double_type() }}) as value_removal_effect
    from {{ ref('int_unattributed_contributions') }} as conversions
    cross join levels_and_models
    where
        conversions.left_out_group is null
        or levels_and_models.has_intervals
),

contributions as (
    select * from attributed
    union all
    select * from unattributed
),

totalled as (
    select
        *,
        case
            when count(conversions) over chain = count(*) over chain
                then sum(conversions) over chain
        end as total_conversions,
        case
            when count(conversions) over chain = count(*) over chain
                then sum(value) over chain
        end as total_value
    from contributions
    window chain as (
        partition by goal_code, level, model_code, month_date, left_out_group
    )
)

select
    goal_code,
    level,
    code,
    model_code,
    month_date,
    left_out_group,
    cast(conversions as decimal(28, 12)) as conversions,
    cast(value as decimal(18, 2)) as value,
    removal_effect,
    value_removal_effect,
    cast(total_conversions as decimal(28, 12)) as total_conversions,
    cast(total_value as decimal(18, 2)) as total_value,
    coalesce(exact_conversions, cast(conversions as {{ double_type() }}))
    / nullif(cast(total_conversions as {{ double_type() }}), 0) as share,
    coalesce(exact_value, cast(value as {{ double_type() }}))
    / nullif(cast(total_value as {{ double_type() }}), 0) as value_share
from totalled
