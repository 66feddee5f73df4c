{{ config(materialized='view') }}
select
    hours.user_key,
    events.channel_code,
    events.touchpoint_code,
    events.interaction_type,
    interaction_types.is_activity,
    hours.item_id,
    hours.active_date,
    hours.active_hour,
    hours.interaction_count,
    hours.first_at,
    hours.last_at
from {{ ref('int_person_hours') }} as hours
inner join {{ ref('int_events_defined') }} as events
    on hours.event_key = events.event_key
inner join {{ ref('interaction_types') }} as interaction_types
    on events.interaction_type = interaction_types.interaction_type
