with touchpoints as (
    select
        touchpoints.session_key,
        min(events.channel_code) as first_channel_code,
        max(events.channel_code) as last_channel_code
    from {{ ref('int_touchpoints_sessionised') }} as touchpoints
    inner join {{ ref('int_events_defined') }} as events
        on touchpoints.event_key = events.event_key
    group by touchpoints.session_key
)

select
    touchpoints.session_key,
    touchpoints.first_channel_code,
    touchpoints.last_channel_code,
    sessions.channel_code as session_channel_code
from touchpoints
inner join {{ ref('int_sessions_resolved') }} as sessions
    on touchpoints.session_key = sessions.session_key
where
    touchpoints.first_channel_code <> touchpoints.last_channel_code
    or touchpoints.first_channel_code <> sessions.channel_code
