-- Per goal, level, model and period: all conversions, and their value to the cent, the row (unattributed) included; but for
-- chains that did not settle.
with conversions as (
    select
        goal_code,
        'all' as period_type,
        cast(null as date) as period_start_date,
        count(*) as conversion_count,
        sum(value) as value
    from {{ ref('int_conversions') }}
    group by goal_code
    union all
    select
        goal_code,
        'month' as period_type,
        cast(date_trunc('month', converted_date) as date) as period_start_date,
        count(*) as conversion_count,
        sum(value) as value
    from {{ ref('int_conversions') }}
    group by goal_code, cast(date_trunc('month', converted_date) as date)
),

levels_and_models as (
    {{ contribution_levels_and_models() }}
),

expected as (
    select
        conversions.*,
        levels_and_models.level,
        levels_and_models.model_code
    from conversions
    cross join levels_and_models
),

contribution as (
    select
        goal_code,
        level,
        model_code,
        period_type,
        period_start_date,
        sum(conversions) as conversions,
        sum(value) as value,
        sum(share) as share,
        bool_or(is_unsettled) as is_unsettled,
        min(total_conversions) as least_total_conversions,
        max(total_conversions) as greatest_total_conversions,
        min(total_value) as least_total_value,
        max(total_value) as greatest_total_value
    from {{ ref('channel_contribution') }}
    group by goal_code, level, model_code, period_type, period_start_date
)

select
    coalesce(expected.goal_code, contribution.goal_code) as goal_code,
    coalesce(expected.level, contribution.level) as level,
    coalesce(expected.model_code, contribution.model_code) as model_code,
    coalesce(
        expected.period_start_date, contribution.period_start_date
    ) as period_start_date,
    expected.conversion_count,
    contribution.conversions,
    expected.value as expected_value,
    contribution.value
from expected
full outer join contribution
    on
        expected.goal_code = contribution.goal_code
        and expected.level = contribution.level
        and expected.model_code = contribution.model_code
        and expected.period_type = contribution.period_type
        and coalesce(expected.period_start_date, date '1900-01-01')
        = coalesce(contribution.period_start_date, date '1900-01-01')
where
    expected.goal_code is null
    or contribution.goal_code is null
    or (
        not contribution.is_unsettled
        and contribution.conversions <> expected.conversion_count
    )
    or contribution.least_total_conversions <> expected.conversion_count
    or contribution.greatest_total_conversions <> expected.conversion_count
    or (not contribution.is_unsettled and contribution.value <> expected.value)
    or contribution.least_total_value <> expected.value
    or contribution.greatest_total_value <> expected.value
    or abs(contribution.share - 1) > 0.000000001
