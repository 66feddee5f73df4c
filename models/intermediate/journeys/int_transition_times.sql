{%- set levels = ['channel', 'touchpoint'] %}
-- steps are read for each level: kept for both, they would take as much memory again as the medians
with transitions as (
    {%- for level in levels %}
    select
        stretch_key,
        '{{ level }}' as level,
        {{ level }}_code as from_code,
        next_{{ level }}_code as to_code,
        occurred_at as from_occurred_at,
        next_{{ level }}_at as to_occurred_at
    from {{ ref('int_journey_steps') }}
    where is_{{ level }}_step
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

journeys as (
    select
        goal_code,
        stretch_key,
        case when conversion_key is not null then ended_at end as converted_at
    from {{ ref('int_journeys_ended') }}
),

reached as (
    select
        journeys.goal_code,
        transitions.level,
        transitions.from_code,
        transitions.to_code,
        transitions.from_occurred_at,
        case
            when transitions.to_code is null then journeys.converted_at
            else transitions.to_occurred_at
        end as reached_at
    from transitions
    inner join journeys on transitions.stretch_key = journeys.stretch_key
    where transitions.to_code is not null or journeys.converted_at is not null
)

select
    goal_code,
    level,
    from_code,
    to_code,
    {{ quantile(seconds_between('from_occurred_at', 'reached_at'), 0.5) }}
        as median_seconds_between
from reached
group by goal_code, level, from_code, to_code
