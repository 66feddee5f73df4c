-- quantiles of regions do not add up to one of the touchpoint
with responses as (
    select
        touchpoint_code,
        first_response_seconds,
        {{ business_date('opened_at') }} as opened_date
    from {{ ref('int_responses_timed') }}
),

by_period as (
    {{ in_every_period('responses', 'opened_date', ['week', 'month', 'all']) }}
)

select
    touchpoint_code,
    period_type,
    period_start_date,
    count(*) as request_count,
    {{ quantile_of_waits('first_response_seconds', 0.5) }} as median_response_seconds
from by_period
group by touchpoint_code, period_type, period_start_date
