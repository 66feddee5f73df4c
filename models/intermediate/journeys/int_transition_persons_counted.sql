{%- set levels = ['channel', 'touchpoint'] %}
with journeys as (
    select * from {{ ref('int_journeys_ended') }}
),

paths as (
    select * from {{ ref('int_journey_paths') }}
),

transitions as (
    select
        level,
        path_key,
        from_code,
        to_code,
        {{ row_hash(['level', 'from_code', 'to_code']) }} as transition_key
    from {{ ref('int_path_transitions') }}
    where level in ({{ quoted(levels) }})
),

person_paths as (
    {%- for level in levels %}
    select
        journeys.goal_code,
        journeys.user_key,
        paths.{{ level }}_path_key as path_key,
        journeys.conversion_key is not null as is_converted
    from journeys
    inner join paths on journeys.stretch_key = paths.stretch_key
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

-- it matters at the end alone whether a journey converted
person_transitions as (
    select distinct
        person_paths.goal_code,
        person_paths.user_key,
        transitions.transition_key,
        transitions.to_code is null and person_paths.is_converted as is_converted
    from person_paths
    inner join transitions on person_paths.path_key = transitions.path_key
),

counted as (
    select
        goal_code,
        transition_key,
        is_converted,
        count(*) as user_count
    from person_transitions
    group by goal_code, transition_key, is_converted
),

named as (
    select distinct
        transition_key,
        level,
        from_code,
        to_code
    from transitions
)

select
    counted.goal_code,
    named.level,
    named.from_code,
    named.to_code,
    counted.is_converted,
    counted.user_count
from counted
inner join named on counted.transition_key = named.transition_key
