with actions as (
    select * from {{ ref('int_metric_actions_counted') }}
    union all
    select * from {{ ref('int_metric_followers_counted') }}
),

-- a person counts once over channels and months, everything else adds up
over_channels as (
    select
        metric_code,
        '(all)' as channel_code,
        month_start_date,
        unit_key,
        is_counted_once,
        case when is_counted_once then max(numerator) else sum(numerator) end
            as numerator,
        case when is_counted_once then max(denominator) else sum(denominator) end
            as denominator
    from actions
    group by metric_code, month_start_date, unit_key, is_counted_once
),

monthly as (
    select * from actions
    union all
    select * from over_channels
),

by_unit as (
    select
        metric_code,
        channel_code,
        'month' as period_type,
        month_start_date as period_start_date,
        cast(numerator as bigint) as numerator,
        cast(denominator as bigint) as denominator,
        1 as unit_count
    from monthly
    union all
    select
        metric_code,
        channel_code,
        'all' as period_type,
        cast(null as date) as period_start_date,
        cast(
            case when is_counted_once then max(numerator) else sum(numerator) end
            as bigint
        ) as numerator,
        cast(
            case when is_counted_once then max(denominator) else sum(denominator) end
            as bigint
        ) as denominator,
        1 as unit_count
    from monthly
    group by metric_code, channel_code, unit_key, is_counted_once
    union all
    select
        metric_code,
        channel_code,
        period_type,
        period_start_date,
        numerator,
        denominator,
        unit_count
    from {{ ref('int_metric_persons_counted') }}
)

select
    metric_code,
    channel_code,
    period_type,
    period_start_date,
    cast(sum(unit_count) as bigint) as unit_count,
    cast(sum(unit_count * numerator) as bigint) as numerator,
    cast(sum(unit_count * denominator) as bigint) as denominator,
    -- whole numbers, so that the spread does not depend on the order of the sums
    cast(sum(unit_count * numerator * numerator) as decimal(38, 0))
        as numerator_square_sum,
    cast(sum(unit_count * numerator * denominator) as decimal(38, 0))
        as product_sum,
    cast(sum(unit_count * denominator * denominator) as decimal(38, 0))
        as denominator_square_sum
from by_unit
group by metric_code, channel_code, period_type, period_start_date
