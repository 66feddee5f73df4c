{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    pre_hook="{{ drop_affected(ref('int_user_inputs'), 'user_key') }}",
    post_hook="{{ remember_inputs(ref('int_user_inputs')) }}"
) }}
{%- set levels = journey_levels() | sort %}
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

-- levels with the same steps are split once, by the first of them
shared as (
    select
        {%- for level in levels %}
        case
            {%- for earlier in levels[:loop.index0] %}
            when {{ earlier }}_set = {{ level }}_set then '{{ earlier }}'
            {%- endfor %}
            when {{ level }}_set is not null then '{{ level }}'
        end as {{ level }}_split,
        {%- endfor %}
        stretch_key
    from summed
),

levels as (
    {%- for level in levels %}
    select '{{ level }}' as level
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

told as (
    select
        converting.*,
        levels.level,
        {{ at_level('levels.level', 'shared.%s_split') }} as step_level
    from converting
    inner join shared on converting.stretch_key = shared.stretch_key
    cross join levels
)

select
    goal_code,
    conversion_key,
    level,
    user_key,
    stretch_key,
    converted_date,
    value,
    step_level,
    {{ row_hash(['conversion_key', 'stretch_key', 'step_level']) }} as split_key
from told
where step_level is not null
