{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    pre_hook="{{ drop_affected(ref('int_user_inputs'), 'user_key') }}",
    post_hook="{{ remember_inputs(ref('int_user_inputs')) }}"
) }}
with touches as (
    select
        user_key,
        touchpoint_key,
        session_key,
        occurred_at,
        channel_code,
        touchpoint_code,
        {{ campaign_code('campaign') }} as campaign_code,
        is_direct,
        interaction_type in ({{ quoted(var('lead_interaction_types')) }}) as is_lead
    from {{ ref('int_touchpoints_resolved') }}
    where
        is_attributable
        and user_key is not null
        and {{ is_affected('user_key') }}
),

-- an interaction that converts is no touch on the way to the same goal
converting as (
    select
        conversions.goal_code,
        conversions.user_key,
        conversions.conversion_key
    from {{ ref('int_conversions') }} as conversions
    inner join touches on conversions.conversion_key = touches.touchpoint_key
),

converters as (
    select distinct
        goal_code,
        user_key
    from converting
),

touch_lists as (
    select
        '' as left_out_goal_code,
        touches.*
    from touches
    union all
    select
        converters.goal_code as left_out_goal_code,
        touches.*
    from touches
    inner join converters on touches.user_key = converters.user_key
    left join converting
        on
            converters.goal_code = converting.goal_code
            and touches.touchpoint_key = converting.conversion_key
    where converting.conversion_key is null
),

keyed as (
    select
        *,
        -- one number to sort by instead of two columns
        {{ row_hash(['left_out_goal_code', 'user_key']) }} as list_key
    from touch_lists
),

after_previous as (
    select
        *,
        row_number() over touch_order as touch_number,
        lag(occurred_at) over touch_order as previous_occurred_at,
        lag(session_key) over touch_order as previous_session_key,
        lag(channel_code) over touch_order as previous_channel_code,
        lag(touchpoint_code) over touch_order as previous_touchpoint_code,
        lag(campaign_code) over touch_order as previous_campaign_code
    from keyed
    window touch_order as (
        partition by list_key
        order by occurred_at, touchpoint_key
    )
)

select
    list_key,
    left_out_goal_code,
    user_key,
    cast(touch_number as integer) as touch_number,
    touchpoint_key,
    occurred_at,
    previous_occurred_at,
    channel_code,
    touchpoint_code,
    campaign_code,
    {{ begins_step('channel_code') }} as begins_channel_step,
    {{ begins_step('touchpoint_code') }} as begins_touchpoint_step,
    {{ begins_step('campaign_code') }} as begins_campaign_step,
    cast(min(case when is_lead then touch_number end) over from_here as integer)
        as next_lead_number,
    cast(min(case when not is_direct then touch_number end) over from_here as integer)
        as next_non_direct_number
from after_previous
window from_here as (
    partition by list_key
    order by touch_number desc
    rows between unbounded preceding and current row
)
