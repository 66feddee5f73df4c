{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    pre_hook="{{ drop_affected(ref('int_user_inputs'), 'user_key') }}",
    post_hook="{{ remember_inputs(ref('int_user_inputs')) }}"
) }}
with events as (
    select
        event_key,
        channel_code,
        interaction_type
    from {{ ref('int_events_defined') }}
    where
        interaction_type in (
            select rules.interaction_type
            from {{ ref('int_funnel_step_rules') }} as rules
        )
),

-- before touchpoints, so that no more of these are read than persons need
identifier_sets as (
    select
        identifier_set_key,
        user_key
    from {{ ref('int_identifier_sets_resolved') }}
    where user_key is not null and {{ is_affected('user_key') }}
)

-- what an interaction was like is one integer for all that follows: the words are joined to what has been counted
select
    identifier_sets.user_key,
    touchpoints.touchpoint_key,
    touchpoints.session_key,
    events.interaction_type,
    touchpoints.occurred_at,
    events.channel_code,
    touchpoints.order_key,
    touchpoints.item_id,
    touchpoints.campaign,
    touchpoints.region,
    devices.device_class,
    {{ row_hash([
        'events.channel_code',
        'touchpoints.campaign',
        'touchpoints.region',
        'devices.device_class'
    ]) }} as context_key
from {{ ref('int_touchpoints_sessionised') }} as touchpoints
inner join events on touchpoints.event_key = events.event_key
inner join identifier_sets
    on touchpoints.identifier_set_key = identifier_sets.identifier_set_key
left join {{ ref('int_record_devices') }} as devices
    on touchpoints.record_key = devices.record_key
