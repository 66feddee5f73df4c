with journeys as (
    select * from {{ ref('int_journeys_ended') }}
    where journey_status <> 'open'
),

stretch_sets as (
    select * from {{ ref('int_stretch_sets') }}
),

journey_sets as (
    select
        journeys.goal_code,
        stretch_sets.level,
        stretch_sets.set_key,
        journeys.month_date,
        journeys.person_group,
        journeys.conversion_key,
        journeys.value
    from journeys
    inner join stretch_sets on journeys.stretch_key = stretch_sets.stretch_key
)

select
    goal_code,
    level,
    set_key,
    month_date,
    cast(null as integer) as person_group,
    count(*) as journey_count,
    count(conversion_key) as converted_count,
    cast(coalesce(sum(value), 0) as decimal(18, 2)) as value
from journey_sets
group by goal_code, level, set_key, month_date
union all
select
    goal_code,
    level,
    set_key,
    cast(null as date) as month_date,
    person_group,
    count(*) as journey_count,
    count(conversion_key) as converted_count,
    cast(coalesce(sum(value), 0) as decimal(18, 2)) as value
from journey_sets
group by goal_code, level, set_key, person_group
