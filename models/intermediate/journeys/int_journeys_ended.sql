{{ config(materialized='view') }}
with journeys as (
    select * from {{ ref('int_journeys') }}
),

as_of as (
    select * from {{ ref('int_as_of') }}
)

select
    journeys.goal_code,
    journeys.user_key,
    journeys.stretch_key,
    journeys.conversion_key,
    journeys.first_touchpoint_key,
    journeys.started_at,
    journeys.ended_at,
    journeys.value,
    case
        when journeys.conversion_key is not null then 'converted'
        when
            as_of.as_of
            > journeys.ended_at + journeys.lookback_days * interval '24' hour
            then 'lapsed'
        else 'open'
    end as journey_status
from journeys
cross join as_of
