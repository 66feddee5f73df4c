with touchpoints as (
    select
        identifier_set_key,
        event_key,
        min(occurred_at) as first_seen_at,
        max(occurred_at) as last_seen_at,
        count(*) as touchpoint_count
    from {{ ref('int_touchpoints_sessionised') }}
    where identifier_set_key is not null
    group by identifier_set_key, event_key
),

events as (
    select * from {{ ref('int_events_defined') }}
)

select
    touchpoints.identifier_set_key,
    events.channel_code,
    min(touchpoints.first_seen_at) as first_seen_at,
    max(touchpoints.last_seen_at) as last_seen_at,
    cast(sum(touchpoints.touchpoint_count) as bigint) as touchpoint_count
from touchpoints
inner join events on touchpoints.event_key = events.event_key
group by touchpoints.identifier_set_key, events.channel_code
