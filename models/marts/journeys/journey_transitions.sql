with transitions as (
    select * from {{ ref('int_step_transitions') }}
    where level in ('channel', 'touchpoint')
),

journeys as (
    select * from {{ ref('int_journeys_ended') }}
),

followed as (
    select
        journeys.goal_code,
        transitions.level,
        journeys.user_key,
        coalesce(transitions.from_code, '(start)') as from_code,
        case
            when transitions.to_code is not null then transitions.to_code
            when journeys.conversion_key is not null then '(converted)'
            else '(exit)'
        end as to_code,
        case
            when transitions.to_code is null and journeys.journey_status = 'open' then 1
            else 0
        end as is_open,
        case
            when transitions.to_code is not null then transitions.to_occurred_at
            when journeys.conversion_key is not null then journeys.ended_at
        end as reached_at,
        transitions.from_occurred_at
    from transitions
    inner join journeys on transitions.stretch_key = journeys.stretch_key
),

counted as (
    select
        goal_code,
        level,
        from_code,
        to_code,
        count(*) as transition_count,
        sum(is_open) as open_count,
        count(distinct user_key) as user_count,
        {{ quantile(seconds_between('from_occurred_at', 'reached_at'), 0.5) }}
            as median_seconds_between
    from followed
    group by goal_code, level, from_code, to_code
)

select
    goal_code,
    level,
    from_code,
    to_code,
    transition_count,
    cast(open_count as bigint) as open_count,
    user_count,
    cast(transition_count as {{ double_type() }}) / sum(transition_count) over (
        partition by goal_code, level, from_code
    ) as transition_share,
    median_seconds_between
from counted
