{#- To split one more rate: one more branch, no change further on. -#}
with sums as (
    select * from {{ ref('int_metric_sums') }}
    where
        metric_code in ('session_conversion', 'session_order_rate')
        and period_type = 'month'
        and channel_code <> '(all)'
),

answers as (
    select * from {{ ref('int_satisfaction_counted') }}
    where period_type = 'month' and csat_response_count > 0
),

orders as (
    select
        channel_code,
        coalesce(region, '(unknown)') as region,
        cast(date_trunc('month', ordered_date) as date) as period_start_date,
        net_amount
    from {{ ref('int_orders_converted') }}
    where is_paid and net_amount is not null
),

parts as (
    select
        metric_code,
        'channel' as dimension,
        channel_code as category,
        period_start_date,
        numerator,
        denominator
    from sums
    union all
    select
        'csat' as metric_code,
        'channel' as dimension,
        channel_code as category,
        period_start_date,
        csat_satisfied_count as numerator,
        csat_response_count as denominator
    from answers
    union all
    select
        'csat' as metric_code,
        'touchpoint' as dimension,
        touchpoint_code as category,
        period_start_date,
        csat_satisfied_count as numerator,
        csat_response_count as denominator
    from answers
    union all
    select
        'csat' as metric_code,
        'region' as dimension,
        region as category,
        period_start_date,
        csat_satisfied_count as numerator,
        csat_response_count as denominator
    from answers
    union all
    select
        'average_order_value' as metric_code,
        'channel' as dimension,
        channel_code as category,
        period_start_date,
        net_amount as numerator,
        1 as denominator
    from orders
    union all
    select
        'average_order_value' as metric_code,
        'region' as dimension,
        region as category,
        period_start_date,
        net_amount as numerator,
        1 as denominator
    from orders
)

select
    metric_code,
    dimension,
    category,
    period_start_date,
    cast(sum(numerator) as decimal(18, 2)) as numerator,
    cast(sum(denominator) as bigint) as denominator
from parts
group by metric_code, dimension, category, period_start_date
