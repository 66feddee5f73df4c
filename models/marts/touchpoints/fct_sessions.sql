{{ config(materialized='view') }}
select
    {{ key_as_id('session_key') }} as session_id,
    {{ key_as_id('user_key') }} as user_id,
    channel_code,
    started_at,
    started_date,
    ended_at,
    touchpoint_count,
    duration_seconds,
    entry_touchpoint_code,
    exit_touchpoint_code,
    campaign,
    is_bounce,
    has_conversion
from {{ ref('int_sessions_resolved') }}
