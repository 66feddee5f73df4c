-- On keys: ids are those of the keys, letter by letter. That a touchpoint is there once is a
-- test of its key.
with touchpoints as (
    select
        session_key,
        count(*) as touchpoint_count,
        min(occurred_at) as started_at,
        max(occurred_at) as ended_at
    from {{ ref('int_touchpoints_sessionised') }}
    group by session_key
),

sessions as (
    select * from {{ ref('int_sessions_resolved') }}
)

select
    coalesce(touchpoints.session_key, sessions.session_key) as session_key,
    touchpoints.touchpoint_count,
    sessions.touchpoint_count as session_touchpoint_count
from touchpoints
full outer join sessions on touchpoints.session_key = sessions.session_key
where
    touchpoints.session_key is null
    or sessions.session_key is null
    or touchpoints.touchpoint_count <> sessions.touchpoint_count
    or touchpoints.started_at <> sessions.started_at
    or touchpoints.ended_at <> sessions.ended_at
    or sessions.is_bounce <> (sessions.touchpoint_count = 1)
