{%- set levels = var('few_code_levels') %}
with journeys as (
    select * from {{ ref('int_journeys_ended') }}
    where journey_status <> 'open'
),

paths as (
    select * from {{ ref('int_journey_paths') }}
),

journey_sets as (
    {%- for level in levels %}
    select
        journeys.goal_code,
        '{{ level }}' as level,
        {{ list_as_set('paths.' ~ level ~ '_path') }} as code_set,
        journeys.month_date,
        journeys.person_group,
        journeys.conversion_key,
        journeys.value
    from journeys
    inner join paths on journeys.stretch_key = paths.stretch_key
    {{ 'union all' if not loop.last }}
    {%- endfor %}
)

select
    goal_code,
    level,
    code_set,
    month_date,
    person_group,
    count(*) as journey_count,
    count(conversion_key) as converted_count,
    cast(coalesce(sum(value), 0) as decimal(18, 2)) as value
from journey_sets
group by grouping sets (
    (goal_code, level, code_set, month_date),
    (goal_code, level, code_set, person_group)
)
