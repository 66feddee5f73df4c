{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    pre_hook="{{ drop_affected(ref('int_user_inputs'), 'user_key') }}",
    post_hook="{{ remember_inputs(ref('int_user_inputs')) }}"
) }}
with conversions as (
    select * from {{ ref('int_conversions') }}
    where {{ is_affected('user_key') }}
),

journeys as (
    select * from {{ ref('int_journeys') }}
    where {{ is_affected('user_key') }}
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

-- keys are hashes: their sum stands for the set
summed as (
    select
        {%- for level in journey_levels() %}
        {%- set key = 'case when is_' ~ level ~ '_step then touchpoint_key end' %}
        sum(cast({{ key }} as decimal(38, 0))) as {{ level }}_set,
        {%- endfor %}
        stretch_key
    from {{ ref('int_journey_steps') }}
    where stretch_key in (select converting.stretch_key from converting)
    group by stretch_key
),

step_sets as (
    {%- for level in journey_levels() %}
    select
        stretch_key,
        '{{ level }}' as level,
        {{ level }}_set as step_set
    from summed
    where {{ level }}_set is not null
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

-- the level that stands for all with the same steps
told_once as (
    select
        *,
        min(level) over (partition by stretch_key, step_set) as step_level
    from step_sets
)

select
    converting.goal_code,
    converting.conversion_key,
    told_once.level,
    converting.user_key,
    converting.stretch_key,
    converting.converted_date,
    converting.value,
    told_once.step_level,
    {{ row_hash([
        'converting.conversion_key', 'converting.stretch_key', 'told_once.step_level'
    ]) }} as split_key
from converting
inner join told_once on converting.stretch_key = told_once.stretch_key
