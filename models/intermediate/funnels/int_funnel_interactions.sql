{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    pre_hook="{{ drop_affected(ref('int_user_inputs'), 'user_key') }}",
    post_hook="{{ remember_inputs(ref('int_user_inputs')) }}"
) }}
with rules as (
    select * from {{ ref('int_funnel_step_rules') }}
)

-- what an interaction was like is one integer for all that follows: the words are joined to what has been counted
select
    touchpoints.user_key,
    touchpoints.touchpoint_key,
    touchpoints.session_key,
    touchpoints.interaction_type,
    touchpoints.occurred_at,
    touchpoints.channel_code,
    touchpoints.order_key,
    touchpoints.item_id,
    touchpoints.campaign,
    touchpoints.region,
    devices.device_class,
    {{ row_hash([
        'touchpoints.channel_code',
        'touchpoints.campaign',
        'touchpoints.region',
        'devices.device_class'
    ]) }} as context_key
from {{ ref('int_touchpoints_resolved') }} as touchpoints
left join {{ ref('int_record_devices') }} as devices
    on touchpoints.record_key = devices.record_key
where
    touchpoints.user_key is not null
    and {{ is_affected('touchpoints.user_key') }}
    and touchpoints.interaction_type in (select rules.interaction_type from rules)
