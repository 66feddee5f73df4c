{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    pre_hook="{{ drop_affected(ref('int_user_inputs'), 'user_key') }}",
    post_hook="{{ remember_inputs(ref('int_user_inputs')) }}"
) }}
with touches as (
    select * from {{ ref('int_touches_numbered') }}
    where {{ is_affected('user_key') }}
),

goal_lists as (
    select * from {{ ref('int_goal_touch_lists') }}
    where {{ is_affected('user_key') }}
),

conversions as (
    select
        goal_code,
        conversion_key,
        user_key,
        converted_at,
        greatest(
            converted_at - lookback_days * interval '24' hour, previous_converted_at
        ) as touches_from,
        value
    from {{ ref('int_conversions') }}
    where {{ is_affected('user_key') }}
),

converting as (
    select
        goal_lists.goal_list_key,
        goal_lists.list_key,
        conversions.conversion_key,
        min(touches.touch_number) as first_number,
        max(touches.touch_number) as last_number
    from conversions
    inner join goal_lists
        on
            conversions.user_key = goal_lists.user_key
            and conversions.goal_code = goal_lists.goal_code
    inner join touches
        on
            goal_lists.list_key = touches.list_key
            and conversions.touches_from <= touches.occurred_at
            and conversions.converted_at > touches.occurred_at
    group by
        goal_lists.goal_list_key,
        goal_lists.list_key,
        conversions.conversion_key
),

converting_bounds as (
    select
        goal_list_key,
        list_key,
        first_number,
        conversion_key
    from converting
    union all
    select
        goal_list_key,
        list_key,
        last_number + 1 as first_number,
        cast(null as bigint) as conversion_key
    from converting
),

-- after a gap, where a conversion's touches begin, and behind them; no gap parts these
beginnings as (
    select
        goal_lists.goal_list_key,
        touches.touch_number,
        touches.touchpoint_key,
        touches.occurred_at,
        touches.previous_occurred_at,
        cast(null as bigint) as conversion_key
    from touches
    inner join goal_lists on touches.list_key = goal_lists.list_key
    where
        touches.previous_occurred_at is null
        or touches.occurred_at
        > touches.previous_occurred_at + goal_lists.lookback_days * interval '24' hour
    union all
    select
        converting_bounds.goal_list_key,
        touches.touch_number,
        touches.touchpoint_key,
        touches.occurred_at,
        touches.previous_occurred_at,
        converting_bounds.conversion_key
    from converting_bounds
    inner join touches
        on
            converting_bounds.list_key = touches.list_key
            and converting_bounds.first_number = touches.touch_number
),

journeys as (
    select
        goal_list_key,
        touch_number as first_number,
        min(touchpoint_key) as first_touchpoint_key,
        min(occurred_at) as started_at,
        min(previous_occurred_at) as touched_before_at,
        max(conversion_key) as conversion_key
    from beginnings
    group by goal_list_key, touch_number
),

followed as (
    select
        *,
        lead(first_number) over list_order - 1 as before_next_number,
        lead(touched_before_at) over list_order as touched_before_next_at
    from journeys
    window list_order as (partition by goal_list_key order by first_number)
),

bounded as (
    select
        goal_lists.goal_code,
        goal_lists.list_key,
        goal_lists.user_key,
        goal_lists.lookback_days,
        followed.conversion_key,
        followed.first_touchpoint_key,
        followed.first_number,
        coalesce(followed.before_next_number, goal_lists.touch_count) as last_number,
        followed.started_at,
        coalesce(
            conversions.converted_at,
            followed.touched_before_next_at,
            goal_lists.last_touched_at
        ) as ended_at,
        conversions.value
    from followed
    inner join goal_lists on followed.goal_list_key = goal_lists.goal_list_key
    left join conversions
        on
            goal_lists.goal_code = conversions.goal_code
            and followed.conversion_key = conversions.conversion_key
)

select
    *,
    {{ row_hash(['list_key', 'first_number', 'last_number']) }} as stretch_key
from bounded
