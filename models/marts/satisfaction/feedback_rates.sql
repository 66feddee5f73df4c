with invitations as (
    select * from {{ ref('int_invitations_delivered') }}
),

by_period as (
    {{ in_every_period('invitations', 'delivered_date') }}
),

counted as (
    select
        touchpoint_code,
        channel_code,
        region,
        period_type,
        period_start_date,
        count(*) as delivered_count,
        count(case when is_answered then 1 end) as answered_count
    from by_period
    group by
        touchpoint_code,
        channel_code,
        region,
        period_type,
        period_start_date
)

select
    touchpoint_code,
    channel_code,
    region,
    period_type,
    period_start_date,
    delivered_count,
    answered_count,
    {{ published_rate('answered_count', 'delivered_count') }} as feedback_rate,
    {{ published(wilson_low('answered_count', 'delivered_count'), 'delivered_count') }}
        as feedback_rate_low,
    {{ published(wilson_high('answered_count', 'delivered_count'), 'delivered_count') }}
        as feedback_rate_high,
    {{ is_suppressed('delivered_count') }} as is_suppressed
from counted
