{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    pre_hook="{{ drop_affected(ref('int_profile_inputs'), 'user_key') }}",
    post_hook="{{ remember_inputs(ref('int_profile_inputs')) }}"
) }}
select
    user_key,
    channel_code,
    active_date,
    cast(sum(interaction_count) as bigint) as interaction_count,
    min(first_at) as first_at,
    max(last_at) as last_at
from {{ ref('int_person_activities') }}
where is_activity and {{ is_affected('user_key') }}
group by user_key, channel_code, active_date
