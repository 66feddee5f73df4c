{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    pre_hook="{{ drop_affected(ref('int_user_inputs'), 'user_key') }}",
    post_hook="{{ remember_inputs(ref('int_user_inputs')) }}"
) }}
with last_steps as (
    select
        funnel_code,
        max(step_number) as last_step_number
    from {{ ref('int_funnel_step_rules') }}
    where step_kind = 'required'
    group by funnel_code
),

entries as (
    select * from {{ ref('int_funnel_entries') }}
    where {{ is_affected('user_key') }}
),

steps as (
    select * from {{ ref('int_funnel_entry_steps') }}
    where not is_optional and {{ is_affected('user_key') }}
),

farthest as (
    select
        funnel_code,
        entry_key,
        max(step_number) as reached_step
    from steps
    group by funnel_code, entry_key
),

outcomes as (
    select
        entries.*,
        farthest.reached_step,
        steps.reached_at as last_reached_at,
        steps.touchpoint_key as last_touchpoint_key,
        farthest.reached_step = last_steps.last_step_number as is_converted
    from entries
    inner join last_steps on entries.funnel_code = last_steps.funnel_code
    inner join farthest
        on
            entries.funnel_code = farthest.funnel_code
            and entries.entry_key = farthest.entry_key
    inner join steps
        on
            farthest.funnel_code = steps.funnel_code
            and farthest.entry_key = steps.entry_key
            and farthest.reached_step = steps.step_number
),

named as (
    select entry_key as touchpoint_key from outcomes
    union
    select last_touchpoint_key as touchpoint_key from outcomes
),

-- what an interaction was like is looked up for those alone that an entry begins or ends with
described as (
    select
        interactions.touchpoint_key,
        interactions.channel_code,
        interactions.campaign,
        interactions.region,
        interactions.order_key,
        devices.device_class
    from {{ ref('int_funnel_interactions') }} as interactions
    inner join named on interactions.touchpoint_key = named.touchpoint_key
    left join {{ ref('int_record_devices') }} as devices
        on interactions.record_key = devices.record_key
    where {{ is_affected('interactions.user_key') }}
)

select
    outcomes.funnel_code,
    outcomes.user_key,
    outcomes.entry_key,
    outcomes.bound_session_key,
    outcomes.held_value,
    outcomes.entered_at,
    outcomes.reached_step,
    outcomes.last_reached_at,
    outcomes.last_touchpoint_key,
    outcomes.is_converted,
    outcomes.excluded_at is not null and not outcomes.is_converted as is_excluded,
    entered.channel_code as entry_channel_code,
    entered.campaign as entry_campaign,
    entered.region as entry_region,
    entered.device_class as entry_device_class,
    reached.channel_code as last_channel_code,
    reached.campaign as last_campaign,
    reached.region as last_region,
    reached.device_class as last_device_class,
    reached.order_key as last_order_key
from outcomes
inner join described as entered on outcomes.entry_key = entered.touchpoint_key
inner join described as reached
    on outcomes.last_touchpoint_key = reached.touchpoint_key
