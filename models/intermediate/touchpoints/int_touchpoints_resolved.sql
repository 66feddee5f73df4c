{{ config(materialized='view') }}
with touchpoints as (
    select * from {{ ref('int_touchpoints_sessionised') }}
),

identifier_sets as (
    select * from {{ ref('int_identifier_sets_resolved') }}
),

events as (
    select * from {{ ref('int_events_defined') }}
)

select
    touchpoints.touchpoint_key,
    touchpoints.session_key,
    touchpoints.identifier_set_key,
    touchpoints.profile_key,
    identifier_sets.user_key,
    touchpoints.record_key,
    events.source_system,
    events.source_table,
    touchpoints.occurred_at,
    touchpoints.is_entry,
    touchpoints.is_exit,
    events.channel_code,
    events.touchpoint_code,
    coalesce(touchpoints.unmapped_event, events.raw_event) as raw_event,
    events.interaction_type,
    events.is_attributable,
    events.is_page_view,
    touchpoints.order_key,
    touchpoints.item_id,
    touchpoints.campaign,
    touchpoints.region,
    touchpoints.campaign is null
    and not touchpoints.is_referred
    and not (events.source_system = 'outreach' and events.interaction_type = 'click')
        as is_direct
from touchpoints
inner join events on touchpoints.event_key = events.event_key
left join identifier_sets
    on touchpoints.identifier_set_key = identifier_sets.identifier_set_key
