with transitions as (
    select * from {{ ref('int_path_transitions') }}
    where level in ('channel', 'touchpoint')
),

paths as (
    select
        goal_code,
        path_key,
        sum(journey_count) as journey_count,
        sum(converted_count) as converted_count,
        sum(open_count) as open_count
    from {{ ref('int_paths_counted') }}
    where month_date is not null
    group by goal_code, path_key
),

persons as (
    select * from {{ ref('int_transition_persons_counted') }}
),

times as (
    select * from {{ ref('int_transition_times') }}
),

followed as (
    select
        paths.goal_code,
        transitions.level,
        transitions.from_code,
        transitions.to_code,
        false as is_converted,
        transitions.transition_count
        * case
            when transitions.to_code is null
                then paths.journey_count - paths.converted_count
            else paths.journey_count
        end as transition_count,
        case when transitions.to_code is null then paths.open_count else 0 end
            as open_count
    from transitions
    inner join paths on transitions.path_key = paths.path_key
    union all
    select
        paths.goal_code,
        transitions.level,
        transitions.from_code,
        transitions.to_code,
        true as is_converted,
        paths.converted_count as transition_count,
        0 as open_count
    from transitions
    inner join paths on transitions.path_key = paths.path_key
    where transitions.to_code is null
),

counted as (
    select
        goal_code,
        level,
        from_code,
        to_code,
        is_converted,
        cast(sum(transition_count) as bigint) as transition_count,
        cast(sum(open_count) as bigint) as open_count
    from followed
    where transition_count > 0
    group by goal_code, level, from_code, to_code, is_converted
)

select
    counted.goal_code,
    counted.level,
    coalesce(counted.from_code, '(start)') as from_code,
    case
        when counted.to_code is not null then counted.to_code
        when counted.is_converted then '(converted)'
        else '(exit)'
    end as to_code,
    counted.transition_count,
    counted.open_count,
    persons.user_count,
    cast(counted.transition_count as {{ double_type() }})
    / sum(counted.transition_count) over (
        partition by counted.goal_code, counted.level, counted.from_code
    ) as transition_share,
    times.median_seconds_between
from counted
inner join persons
    on
        counted.goal_code = persons.goal_code
        and counted.level = persons.level
        and coalesce(counted.from_code, '') = coalesce(persons.from_code, '')
        and coalesce(counted.to_code, '') = coalesce(persons.to_code, '')
        and counted.is_converted = persons.is_converted
left join times
    on
        counted.goal_code = times.goal_code
        and counted.level = times.level
        and counted.from_code = times.from_code
        and coalesce(counted.to_code, '') = coalesce(times.to_code, '')
        and (counted.to_code is not null or counted.is_converted)
