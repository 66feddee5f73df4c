with actions as (
    select * from {{ ref('int_metric_actions_counted') }}
    union all
    select * from {{ ref('int_metric_followers_counted') }}
),

definitions as (
    select * from {{ ref('metric_definitions') }}
),

counted as (
    select * from actions
    union all
    select
        metric_code,
        '(all)' as channel_code,
        month_start_date,
        unit_key,
        numerator,
        denominator
    from actions
    union all
    select * from {{ ref('int_metric_persons_counted') }}
),

by_period as (
    select
        *,
        'month' as period_type,
        month_start_date as period_start_date
    from counted
    union all
    select
        *,
        'all' as period_type,
        cast(null as date) as period_start_date
    from counted
),

-- a person counts once in a period, everything else adds up
by_unit as (
    select
        by_period.metric_code,
        by_period.channel_code,
        by_period.period_type,
        by_period.period_start_date,
        by_period.unit_key,
        cast(
            case
                when min(definitions.unit) = 'person' then max(by_period.numerator)
                else sum(by_period.numerator)
            end as bigint
        ) as numerator,
        cast(
            case
                when min(definitions.unit) = 'person' then max(by_period.denominator)
                else sum(by_period.denominator)
            end as bigint
        ) as denominator
    from by_period
    inner join definitions on by_period.metric_code = definitions.metric_code
    group by
        by_period.metric_code,
        by_period.channel_code,
        by_period.period_type,
        by_period.period_start_date,
        by_period.unit_key
)

select
    metric_code,
    channel_code,
    period_type,
    period_start_date,
    count(*) as unit_count,
    cast(sum(numerator) as bigint) as numerator,
    cast(sum(denominator) as bigint) as denominator,
    -- whole numbers, so that the spread does not depend on the order of the sums
    cast(sum(numerator * numerator) as decimal(38, 0)) as numerator_square_sum,
    cast(sum(numerator * denominator) as decimal(38, 0)) as product_sum,
    cast(sum(denominator * denominator) as decimal(38, 0)) as denominator_square_sum
from by_unit
group by metric_code, channel_code, period_type, period_start_date
