{{ config(materialized='view') }}
with journeys as (
    select * from {{ ref('int_journeys_ended') }}
),

journey_paths as (
    select * from {{ ref('int_journey_paths') }}
),

paths as (
    select * from {{ ref('int_paths') }}
)

select
    {{ goal_id('journeys.goal_code', 'journeys.first_touchpoint_key') }} as journey_id,
    {{ key_as_id('journeys.user_key') }} as user_id,
    journeys.goal_code,
    journeys.journey_status,
    journeys.started_at,
    journeys.ended_at,
    journeys.journey_status = 'converted' as is_converted,
    {{ goal_id('journeys.goal_code', 'journeys.conversion_key') }} as conversion_id,
    journeys.value,
    journey_paths.step_count,
    touchpoint_paths.path_id,
    channel_paths.path_id as channel_path_id,
    channel_paths.path as channel_path,
    touchpoint_paths.path as touchpoint_path
from journeys
inner join journey_paths on journeys.stretch_key = journey_paths.stretch_key
inner join paths as channel_paths
    on journey_paths.channel_path_key = channel_paths.path_key
inner join paths as touchpoint_paths
    on journey_paths.touchpoint_path_key = touchpoint_paths.path_key
