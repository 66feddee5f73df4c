with paths as (
    select
        path_id,
        path,
        goal_code,
        level,
        journey_count
    from {{ ref('journey_paths') }}
),

distinct_paths as (
    select distinct
        path_id,
        path
    from paths
),

items as (
    {{ items_of_list('distinct_paths', ['path_id'], 'path') }}
),

after_previous as (
    select
        *,
        lag(item) over (
            partition by path_id
            order by item_number
        ) as previous_item
    from items
),

collapsed as (
    select
        path_id,
        {{ ordered_list(
            'item', 'item_number', 'previous_item is null or item <> previous_item'
        ) }} as path
    from after_previous
    group by path_id
),

told as (
    select
        paths.goal_code,
        paths.level,
        false as is_collapsed,
        paths.path_id,
        paths.journey_count
    from paths
    union all
    select
        paths.goal_code,
        paths.level,
        true as is_collapsed,
        {{ path_id('collapsed.path') }} as path_id,
        paths.journey_count
    from paths
    inner join collapsed on paths.path_id = collapsed.path_id
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
