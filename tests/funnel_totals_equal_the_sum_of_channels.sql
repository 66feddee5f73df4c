-- Everybody enters a funnel once, on one channel.
with steps as (
    select
        funnel_code,
        step_number,
        sum(case when breakdown = 'all' then user_count end) as total_count,
        sum(case when breakdown = 'channel' then user_count end) as count_over_channels
    from {{ ref('funnel_steps') }}
    group by funnel_code, step_number
)

select *
from steps
where
    total_count is null
    or count_over_channels is null
    or total_count <> count_over_channels
