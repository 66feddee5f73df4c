{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    pre_hook="{{ drop_affected(ref('int_user_inputs'), 'user_key') }}",
    post_hook="{{ remember_inputs(ref('int_user_inputs')) }}"
) }}
with all_conversions as (
    select * from {{ ref('int_conversions') }}
    where user_key is not null and {{ is_affected('user_key') }}
),

conversions as (
    select
        *,
        -- one number to sort by instead of two columns
        {{ row_hash(['goal_code', 'conversion_key']) }} as path_hash,
        greatest(
            converted_at - lookback_days * interval '24' hour,
            coalesce(
                previous_converted_at,
                converted_at - lookback_days * interval '24' hour
            )
        ) as touches_from
    from all_conversions
),

touches as (
    select
        user_key,
        touchpoint_key,
        session_key,
        occurred_at,
        channel_code,
        touchpoint_code
    from {{ ref('int_touchpoints_resolved') }}
    where
        is_attributable
        and user_key is not null
        and {{ is_affected('user_key') }}
),

conversion_touches as (
    select
        conversions.goal_code,
        conversions.conversion_key,
        conversions.path_hash,
        conversions.user_key,
        touches.touchpoint_key,
        touches.session_key,
        touches.occurred_at,
        touches.channel_code,
        touches.touchpoint_code
    from conversions
    inner join touches
        on
            conversions.user_key = touches.user_key
            and conversions.touches_from <= touches.occurred_at
            and conversions.converted_at > touches.occurred_at
    -- an interaction that converts is no touch on the way to the same goal
    left join all_conversions as converting
        on
            conversions.goal_code = converting.goal_code
            and touches.touchpoint_key = converting.conversion_key
    where converting.conversion_key is null
),

after_previous as (
    select
        *,
        lag(session_key) over touch_order as previous_session_key,
        lag(channel_code) over touch_order as previous_channel_code,
        lag(touchpoint_code) over touch_order as previous_touchpoint_code
    from conversion_touches
    window touch_order as (
        partition by path_hash
        order by occurred_at, touchpoint_key
    )
),

exposures as (
    select
        goal_code,
        conversion_key,
        path_hash,
        user_key,
        'channel' as level,
        channel_code as code,
        touchpoint_key,
        occurred_at
    from after_previous
    where
        previous_session_key is null
        or session_key <> previous_session_key
        or channel_code <> previous_channel_code
    union all
    select
        goal_code,
        conversion_key,
        {{ row_hash(['path_hash']) }} as path_hash,
        user_key,
        'touchpoint' as level,
        touchpoint_code as code,
        touchpoint_key,
        occurred_at
    from after_previous
    where
        previous_session_key is null
        or session_key <> previous_session_key
        or touchpoint_code <> previous_touchpoint_code
)

select
    goal_code,
    conversion_key,
    user_key,
    level,
    code,
    touchpoint_key,
    occurred_at,
    row_number() over (
        partition by path_hash
        order by occurred_at, touchpoint_key
    ) as touch_number,
    row_number() over (
        partition by path_hash
        order by touchpoint_key
    ) as key_rank,
    count(*) over (
        partition by path_hash
    ) as touch_count
from exposures
