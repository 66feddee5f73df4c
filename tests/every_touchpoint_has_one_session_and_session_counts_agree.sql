with touchpoints as (
    select
        session_id,
        count(*) as touchpoint_count,
        count(distinct touchpoint_id) as distinct_touchpoint_count,
        min(occurred_at) as started_at,
        max(occurred_at) as ended_at
    from {{ ref('fct_touchpoints') }}
    group by session_id
),

sessions as (
    select * from {{ ref('fct_sessions') }}
)

select
    coalesce(touchpoints.session_id, sessions.session_id) as session_id,
    touchpoints.touchpoint_count,
    sessions.touchpoint_count as session_touchpoint_count
from touchpoints
full outer join sessions on touchpoints.session_id = sessions.session_id
where
    touchpoints.session_id is null
    or sessions.session_id is null
    or touchpoints.touchpoint_count <> sessions.touchpoint_count
    or touchpoints.distinct_touchpoint_count <> touchpoints.touchpoint_count
    or touchpoints.started_at <> sessions.started_at
    or touchpoints.ended_at <> sessions.ended_at
    or sessions.is_bounce <> (sessions.touchpoint_count = 1)
