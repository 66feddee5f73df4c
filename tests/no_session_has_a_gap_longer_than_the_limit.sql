-- Only a session that lasts longer than the limit can hold such a gap; that its ends are those
-- of its touchpoints is a test of its own.
with touchpoints as (
    select
        touchpoints.session_key,
        touchpoints.touchpoint_key,
        touchpoints.occurred_at,
        lag(touchpoints.occurred_at) over (
            partition by touchpoints.session_key
            order by touchpoints.occurred_at, touchpoints.touchpoint_key
        ) as previous_at
    from {{ ref('int_touchpoints_sessionised') }} as touchpoints
    inner join {{ ref('int_sessions_resolved') }} as sessions
        on touchpoints.session_key = sessions.session_key
    where
        sessions.ended_at
        > sessions.started_at + interval '{{ var("session_gap_minutes") }}' minute
)

select *
from touchpoints
where occurred_at > previous_at + interval '{{ var("session_gap_minutes") }}' minute
