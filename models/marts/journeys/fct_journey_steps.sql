{{ config(materialized='view') }}
with journeys as (
    select * from {{ ref('int_journeys') }}
),

paths as (
    select * from {{ ref('int_journey_paths') }}
),

steps as (
    select * from {{ ref('int_journey_steps') }}
    where is_touchpoint_step
)

-- counted from the end instead of numbered: one journey is read without numbering all
select
    {{ goal_id('journeys.goal_code', 'journeys.first_touchpoint_key') }} as journey_id,
    cast(paths.step_count - steps.touchpoint_steps_after as integer) as step_number,
    {{ key_as_id('steps.touchpoint_key') }} as touchpoint_id,
    steps.channel_code,
    steps.touchpoint_code,
    nullif(steps.campaign_code, '(no campaign)') as campaign,
    steps.occurred_at
from journeys
inner join paths on journeys.stretch_key = paths.stretch_key
inner join steps on journeys.stretch_key = steps.stretch_key
