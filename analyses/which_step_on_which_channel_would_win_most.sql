-- The order funnel step by step and channel of the entry, by what would be won; see funnel_bottlenecks for the benchmark.
select
    bottleneck_rank,
    breakdown_value as channel_code,
    step_name,
    previous_entry_count,
    conversion_from_previous,
    benchmark_rate,
    recoverable_conversions,
    recoverable_value
from {{ ref('funnel_bottlenecks') }}
where
    funnel_code = 'order'
    and breakdown = 'channel'
    and bottleneck_rank is not null
order by bottleneck_rank
