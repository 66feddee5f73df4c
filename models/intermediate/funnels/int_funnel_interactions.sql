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

select
    user_key,
    touchpoint_key,
    session_key,
    record_key,
    interaction_type,
    occurred_at,
    channel_code,
    order_key,
    item_id,
    campaign,
    region
from {{ ref('int_touchpoints_resolved') }}
where
    user_key is not null
    and {{ is_affected('user_key') }}
    and interaction_type in (select rules.interaction_type from rules)
