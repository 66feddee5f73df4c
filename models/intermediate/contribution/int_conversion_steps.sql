{{ config(materialized='view') }}
-- end_number: a step of several touches goes on to the touch before the next step
with conversions as (
    select * from {{ ref('int_conversions') }}
),

journeys as (
    select * from {{ ref('int_journeys') }}
),

converting as (
    select
        journeys.goal_code,
        journeys.conversion_key,
        journeys.user_key,
        journeys.stretch_key,
        conversions.converted_date,
        conversions.value
    from journeys
    inner join conversions
        on
            journeys.goal_code = conversions.goal_code
            and journeys.conversion_key = conversions.conversion_key
),

steps as (
    select * from {{ ref('int_journey_steps') }}
)

{%- for level in journey_levels() %}
select
    converting.goal_code,
    converting.conversion_key,
    converting.user_key,
    converting.converted_date,
    converting.value,
    '{{ level }}' as level,
    steps.{{ level }}_code as code,
    steps.channel_code,
    steps.campaign_code,
    steps.touchpoint_key,
    steps.touch_number,
    steps.occurred_at,
    {% if var('path_steps') in ('exposure', 'unique') -%}
    coalesce(steps.next_{{ level }}_number - 1, steps.last_number) as end_number,
    {%- else -%}
    steps.touch_number as end_number,
    {%- endif %}
    steps.next_lead_number,
    steps.next_non_direct_number
from converting
inner join steps on converting.stretch_key = steps.stretch_key
where steps.is_{{ level }}_step
{{ 'union all' if not loop.last }}
{%- endfor %}
