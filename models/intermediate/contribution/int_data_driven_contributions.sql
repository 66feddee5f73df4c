-- parts of whole conversions and cents, which they add up to but for what division left
with shapley_sets as (
    select
        *,
        round(sum(conversions) over chain, 0) as total_conversions,
        round(sum(value) over chain, 2) as total_value
    from {{ ref('int_step_contributions') }}
    where model_code = 'shapley_set'
    window chain as (partition by goal_code, level, month_date, left_out_group)
),

contributions as (
    select
        chain_key,
        goal_code,
        level,
        code,
        model_code,
        month_date,
        left_out_group,
        total_conversions,
        total_value,
        conversions,
        value,
        conversion_rate,
        removal_effect,
        value_removal_effect
    from {{ ref('int_markov_contributions') }}
    union all
    select
        chain_key,
        goal_code,
        level,
        code,
        model_code,
        month_date,
        left_out_group,
        total_conversions,
        total_value,
        conversions,
        value,
        cast(null as {{ double_type() }}) as conversion_rate,
        cast(null as {{ double_type() }}) as removal_effect,
        cast(null as {{ double_type() }}) as value_removal_effect
    from {{ ref('int_shapley_path_contributions') }}
    union all
    select
        {{ row_hash(['goal_code', 'level', 'month_date', 'left_out_group']) }}
            as chain_key,
        goal_code,
        level,
        code,
        model_code,
        month_date,
        left_out_group,
        total_conversions,
        total_value,
        cast(conversions as {{ double_type() }}) as conversions,
        cast(value as {{ double_type() }}) as value,
        cast(null as {{ double_type() }}) as conversion_rate,
        cast(null as {{ double_type() }}) as removal_effect,
        cast(null as {{ double_type() }}) as value_removal_effect
    from shapley_sets
),

rounded as (
    select
        *,
        -- in two steps, so that what lies in the middle does not follow the noise of the last bits
        round(cast(conversions as decimal(28, 9)), 6) as whole_conversions,
        round(cast(value as decimal(28, 6)), 2) as whole_value
    from contributions
),

left_over as (
    select
        *,
        total_conversions - sum(whole_conversions) over chain as conversions_left,
        total_value - sum(whole_value) over chain as value_left,
        row_number() over (
            partition by chain_key, model_code
            order by whole_conversions desc, code asc
        ) as contribution_rank
    from rounded
    window chain as (partition by chain_key, model_code)
)

-- what rounding leaves goes to the code that has most
select
    goal_code,
    level,
    code,
    model_code,
    month_date,
    left_out_group,
    cast(
        whole_conversions
        + case when contribution_rank = 1 then conversions_left else 0 end
        as decimal(28, 12)
    ) as conversions,
    cast(
        whole_value + case when contribution_rank = 1 then value_left else 0 end
        as decimal(18, 2)
    ) as value,
    conversions as exact_conversions,
    value as exact_value,
    conversion_rate,
    removal_effect,
    value_removal_effect
from left_over
