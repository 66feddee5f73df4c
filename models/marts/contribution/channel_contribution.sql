with credits as (
    select * from {{ ref('int_touchpoint_credits') }}
),

months as (
    select
        goal_code,
        level,
        code,
        model_code,
        cast(date_trunc('month', converted_date) as date) as period_start_date,
        sum(credit) as conversions,
        sum(value) as value
    from credits
    group by
        goal_code,
        level,
        code,
        model_code,
        cast(date_trunc('month', converted_date) as date)
),

periods as (
    select
        goal_code,
        level,
        code,
        model_code,
        'all' as period_type,
        cast(null as date) as period_start_date,
        sum(conversions) as conversions,
        sum(value) as value
    from months
    group by goal_code, level, code, model_code
    union all
    select
        goal_code,
        level,
        code,
        model_code,
        'month' as period_type,
        period_start_date,
        conversions,
        value
    from months
),

totalled as (
    select
        *,
        sum(conversions) over period_total as total_conversions,
        sum(value) over period_total as total_value
    from periods
    window period_total as (
        partition by goal_code, level, model_code, period_type, period_start_date
    )
)

select
    goal_code,
    level,
    code,
    model_code,
    period_type,
    period_start_date,
    cast(conversions as decimal(28, 12)) as conversions,
    cast(value as decimal(18, 2)) as value,
    cast(conversions as {{ double_type() }})
    / nullif(cast(total_conversions as {{ double_type() }}), 0) as share,
    cast(value as {{ double_type() }})
    / nullif(cast(total_value as {{ double_type() }}), 0) as value_share,
    cast(total_conversions as decimal(28, 12)) as total_conversions,
    cast(total_value as decimal(18, 2)) as total_value
from totalled
