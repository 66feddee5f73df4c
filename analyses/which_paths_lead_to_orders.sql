-- The ten paths of channels, and the ten of touchpoints, that led to most paid orders, and how often they lead to one.
with paths as (
    select * from {{ ref('journey_paths') }}
    where goal_code = 'order'
),

ranked as (
    select
        *,
        row_number() over (
            partition by level
            order by converted_count desc, path_id asc
        ) as path_rank
    from paths
)

select
    level,
    path_rank,
    path,
    journey_count,
    open_count,
    converted_count,
    value,
    share_of_conversions,
    conversion_rate,
    conversion_rate_low,
    conversion_rate_high,
    median_hours_to_convert
from ranked
where path_rank <= 10
order by level, path_rank
