{%- set levels = ['channel', 'touchpoint'] %}
{%- set bits = 62 %}
-- goals cut the same touches alike: where a person went is told once, with a bit per goal
with goal_codes as (
    select distinct goal_code
    from {{ ref('goals') }}
),

numbered as (
    select
        goal_code,
        row_number() over (order by goal_code) - 1 as goal_number
    from goal_codes
),

goals as (
    select
        goal_code,
        cast(floor(goal_number / {{ bits }}.0) as integer) as goal_block,
        cast(power(2, goal_number % {{ bits }}) as bigint) as goal_bit
    from numbered
),

stretches as (
    select
        journeys.user_key,
        {%- for level in levels %}
        paths.{{ level }}_path_key,
        {%- endfor %}
        journeys.conversion_key is not null as is_converted,
        goals.goal_block,
        bit_or(goals.goal_bit) as goal_bits
    from {{ ref('int_journeys_ended') }} as journeys
    inner join {{ ref('int_journey_paths') }} as paths
        on journeys.stretch_key = paths.stretch_key
    inner join goals on journeys.goal_code = goals.goal_code
    group by
        journeys.user_key,
        {%- for level in levels %}
        paths.{{ level }}_path_key,
        {%- endfor %}
        journeys.conversion_key is not null,
        goals.goal_block
),

person_paths as (
    {%- for level in levels %}
    select
        user_key,
        {{ level }}_path_key as path_key,
        is_converted,
        goal_block,
        goal_bits
    from stretches
    {{ 'union all' if not loop.last }}
    {%- endfor %}
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

-- it matters at the end alone whether a journey converted
person_transitions as (
    select
        person_paths.user_key,
        transitions.transition_key,
        transitions.to_code is null and person_paths.is_converted as is_converted,
        person_paths.goal_block,
        bit_or(person_paths.goal_bits) as goal_bits
    from person_paths
    inner join transitions on person_paths.path_key = transitions.path_key
    group by
        person_paths.user_key,
        transitions.transition_key,
        transitions.to_code is null and person_paths.is_converted,
        person_paths.goal_block
),

alike as (
    select
        transition_key,
        is_converted,
        goal_block,
        goal_bits,
        count(*) as user_count
    from person_transitions
    group by transition_key, is_converted, goal_block, goal_bits
),

counted as (
    select
        goals.goal_code,
        alike.transition_key,
        alike.is_converted,
        cast(sum(alike.user_count) as bigint) as user_count
    from alike
    inner join goals
        on
            alike.goal_block = goals.goal_block
            and (alike.goal_bits & goals.goal_bit) > 0
    group by goals.goal_code, alike.transition_key, alike.is_converted
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
