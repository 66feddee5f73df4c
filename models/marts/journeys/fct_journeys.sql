{{ config(materialized='view') }}
with journeys as (
    select * from {{ ref('int_journeys_ended') }}
),

paths as (
    select * from {{ ref('int_journey_paths') }}
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
    paths.step_count,
    {{ path_id('paths.touchpoint_path') }} as path_id,
    {{ path_id('paths.channel_path') }} as channel_path_id,
    paths.channel_path,
    paths.touchpoint_path
from journeys
inner join paths on journeys.stretch_key = paths.stretch_key
