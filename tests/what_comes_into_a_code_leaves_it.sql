-- Per goal, level and code of journey_transitions; and as many journeys start as there are.
with ways as (
    select
        goal_code,
        level,
        to_code as code,
        transition_count as arrivals,
        0 as departures
    from {{ ref('journey_transitions') }}
    where to_code not in ('(converted)', '(exit)')
    union all
    select
        goal_code,
        level,
        from_code as code,
        0 as arrivals,
        transition_count as departures
    from {{ ref('journey_transitions') }}
    where from_code <> '(start)'
    union all
    select
        goal_code,
        level,
        '(start)' as code,
        0 as arrivals,
        transition_count as departures
    from {{ ref('journey_transitions') }}
    where from_code = '(start)'
    union all
    select
        goal_code,
        level,
        '(start)' as code,
        journey_count as arrivals,
        0 as departures
    from {{ ref('journey_paths') }}
    union all
    select
        goal_code,
        level,
        '(converted)' as code,
        transition_count as arrivals,
        0 as departures
    from {{ ref('journey_transitions') }}
    where to_code = '(converted)'
    union all
    select
        goal_code,
        level,
        '(converted)' as code,
        0 as arrivals,
        converted_count as departures
    from {{ ref('journey_paths') }}
)

select
    goal_code,
    level,
    code,
    sum(arrivals) as arrivals,
    sum(departures) as departures
from ways
group by goal_code, level, code
having sum(arrivals) <> sum(departures)
