with journey_paths as (
    select
        path_id,
        goal_code,
        level,
        journey_count
    from {{ ref('journey_paths') }}
),

paths as (
    select * from {{ ref('int_paths') }}
),

told as (
    select
        goal_code,
        level,
        false as is_collapsed,
        path_id,
        journey_count
    from journey_paths
    union all
    select
        journey_paths.goal_code,
        journey_paths.level,
        true as is_collapsed,
        paths.collapsed_path_id as path_id,
        journey_paths.journey_count
    from journey_paths
    inner join paths
        on
            journey_paths.level = paths.level
            and journey_paths.path_id = paths.path_id
),

counted as (
    select
        goal_code,
        level,
        is_collapsed,
        path_id,
        cast(sum(journey_count) as bigint) as journey_count
    from told
    group by goal_code, level, is_collapsed, path_id
),

ranked as (
    select
        *,
        row_number() over (
            partition by goal_code, level, is_collapsed
            order by journey_count desc, path_id asc
        ) as path_rank
    from counted
)

select
    goal_code,
    level,
    is_collapsed,
    count(*) as path_count,
    cast(sum(journey_count) as bigint) as journey_count,
    cast(
        sum(cast(journey_count * journey_count as decimal(38, 0)))
        as {{ double_type() }}
    ) / power(sum(journey_count), 2) as concentration,
    cast(max(journey_count) as {{ double_type() }}) / sum(journey_count) as top_1_share,
    cast(
        sum(case when path_rank <= 5 then journey_count else 0 end)
        as {{ double_type() }}
    ) / sum(journey_count) as top_5_share
from ranked
group by goal_code, level, is_collapsed
