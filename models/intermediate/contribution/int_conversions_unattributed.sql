{{ config(materialized='view') }}
with conversions as (
    select * from {{ ref('int_conversions') }}
),

journeys as (
    select
        goal_code,
        conversion_key
    from {{ ref('int_journeys') }}
    where conversion_key is not null
)

select
    conversions.goal_code,
    conversions.conversion_key,
    conversions.user_key,
    conversions.converted_date,
    conversions.value
from conversions
left join journeys
    on
        conversions.goal_code = journeys.goal_code
        and conversions.conversion_key = journeys.conversion_key
where journeys.conversion_key is null
