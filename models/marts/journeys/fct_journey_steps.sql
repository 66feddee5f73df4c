{{ config(materialized='view') }}
with steps as (
    select
        *,
        row_number() over (
            partition by stretch_key
            order by touch_number
        ) as step_number
    from {{ ref('int_journey_steps') }}
    where is_touchpoint_step
),

journeys as (
    select * from {{ ref('int_journeys') }}
)

select
    {{ goal_id('journeys.goal_code', 'journeys.first_touchpoint_key') }} as journey_id,
    cast(steps.step_number as integer) as step_number,
    {{ key_as_id('steps.touchpoint_key') }} as touchpoint_id,
    steps.channel_code,
    steps.touchpoint_code,
    nullif(steps.campaign_code, '(no campaign)') as campaign,
    steps.occurred_at
from journeys
inner join steps on journeys.stretch_key = steps.stretch_key
