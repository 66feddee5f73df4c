with journeys as (
    select * from {{ ref('int_journeys_ended') }}
    where journey_status <> 'open'
),

sets as (
    select * from {{ ref('int_stretch_sets') }}
),

journey_sets as (
    select
        journeys.goal_code,
        sets.level,
        sets.set_key,
        journeys.month_date,
        journeys.person_group,
        journeys.conversion_key,
        journeys.value
    from journeys
    inner join sets on journeys.stretch_key = sets.stretch_key
)

select
    goal_code,
    level,
    set_key,
    month_date,
    person_group,
    count(*) as journey_count,
    count(conversion_key) as converted_count,
    cast(coalesce(sum(value), 0) as decimal(18, 2)) as value
from journey_sets
group by grouping sets (
    (goal_code, level, set_key, month_date),
    (goal_code, level, set_key, person_group)
)
