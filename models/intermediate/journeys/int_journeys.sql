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
            converted_at - lookback_days * interval '24' hour,
            coalesce(
                previous_converted_at,
                converted_at - lookback_days * interval '24' hour
            )
        ) as touches_from
    from {{ ref('int_conversions') }}
    where user_key is not null and {{ is_affected('user_key') }}
),

converting as (
    select
        conversions.goal_code,
        goal_lists.list_key,
        goal_lists.touch_count,
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
        conversions.goal_code,
        goal_lists.list_key,
        goal_lists.touch_count,
        conversions.conversion_key
),

-- a journey begins after a gap, where a conversion's touches begin, and behind them;
-- all of these lie within the look-back time, so that no gap parts them
beginnings as (
    select
        goal_lists.goal_code,
        touches.list_key,
        touches.touch_number as first_number,
        cast(null as bigint) as conversion_key
    from touches
    inner join goal_lists on touches.list_key = goal_lists.list_key
    where
        touches.previous_occurred_at is null
        or touches.occurred_at
        > touches.previous_occurred_at + goal_lists.lookback_days * interval '24' hour
    union all
    select
        goal_code,
        list_key,
        first_number,
        conversion_key
    from converting
    union all
    select
        goal_code,
        list_key,
        last_number + 1 as first_number,
        cast(null as bigint) as conversion_key
    from converting
    where last_number < touch_count
),

journeys as (
    select
        goal_code,
        list_key,
        first_number,
        max(conversion_key) as conversion_key
    from beginnings
    group by goal_code, list_key, first_number
),

ended as (
    select
        *,
        lead(first_number) over (
            partition by goal_code, list_key
            order by first_number
        ) - 1 as before_next_number
    from journeys
),

bounded as (
    select
        ended.goal_code,
        ended.list_key,
        goal_lists.user_key,
        goal_lists.lookback_days,
        ended.conversion_key,
        ended.first_number,
        coalesce(ended.before_next_number, goal_lists.touch_count) as last_number
    from ended
    inner join goal_lists
        on
            ended.goal_code = goal_lists.goal_code
            and ended.list_key = goal_lists.list_key
)

select
    bounded.*,
    {{ row_hash(['bounded.list_key', 'bounded.first_number', 'bounded.last_number']) }}
        as stretch_key,
    first_touches.touchpoint_key as first_touchpoint_key,
    first_touches.occurred_at as started_at,
    last_touches.occurred_at as last_touched_at
from bounded
inner join touches as first_touches
    on
        bounded.list_key = first_touches.list_key
        and bounded.first_number = first_touches.touch_number
inner join touches as last_touches
    on
        bounded.list_key = last_touches.list_key
        and bounded.last_number = last_touches.touch_number
