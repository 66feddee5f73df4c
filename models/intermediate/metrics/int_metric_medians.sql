with sessions as (
    select * from {{ ref('int_sessions_measured') }}
    where page_view_count is not null
),

by_channel as (
    select
        channel_code,
        month_start_date,
        page_view_count
    from sessions
    union all
    select
        '(all)' as channel_code,
        month_start_date,
        page_view_count
    from sessions
),

by_period as (
    select
        *,
        'month' as period_type,
        month_start_date as period_start_date
    from by_channel
    union all
    select
        *,
        'all' as period_type,
        cast(null as date) as period_start_date
    from by_channel
)

select
    'visit_depth_median' as metric_code,
    channel_code,
    period_type,
    period_start_date,
    count(*) as denominator,
    {{ quantile('page_view_count', 0.5) }} as median_value
from by_period
group by channel_code, period_type, period_start_date
