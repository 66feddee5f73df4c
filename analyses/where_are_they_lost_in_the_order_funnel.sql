-- The order funnel, all channels: who goes on, who is lost, how long it takes, and what would be won if the step were
-- passed as often as its benchmark.
with steps as (
    select * from {{ ref('funnel_steps') }}
),

bottlenecks as (
    select * from {{ ref('funnel_bottlenecks') }}
)

select
    steps.step_number,
    steps.step_name,
    steps.user_count,
    steps.drop_off_count,
    steps.conversion_from_previous,
    steps.conversion_from_previous_low,
    steps.conversion_from_previous_high,
    steps.conversion_from_start,
    steps.median_seconds_from_previous,
    steps.median_seconds_from_start,
    bottlenecks.benchmark_rate,
    bottlenecks.recoverable_conversions,
    bottlenecks.recoverable_value,
    bottlenecks.bottleneck_rank
from steps
left join bottlenecks
    on
        steps.funnel_code = bottlenecks.funnel_code
        and steps.breakdown = bottlenecks.breakdown
        and steps.breakdown_value = bottlenecks.breakdown_value
        and steps.step_number = bottlenecks.step_number
where steps.funnel_code = 'order' and steps.breakdown = 'all'
order by steps.step_number
