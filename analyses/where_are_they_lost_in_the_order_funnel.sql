-- The order funnel, all channels: who goes on, who is lost, and how long the step takes.
with steps as (
    select * from {{ ref('funnel_steps') }}
)

select
    step_number,
    step_name,
    user_count,
    drop_off_count,
    conversion_from_previous,
    conversion_from_previous_low,
    conversion_from_previous_high,
    conversion_from_start,
    median_seconds_from_previous
from steps
where funnel_code = 'order' and breakdown = 'all'
order by step_number
