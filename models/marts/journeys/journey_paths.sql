{%- set levels = ['channel', 'touchpoint'] %}
with paths as (
    select * from {{ ref('int_paths') }}
    where level in ({{ quoted(levels) }})
),

journey_paths as (
    select * from {{ ref('int_journey_paths') }}
),

converted as (
    select
        goal_code,
        stretch_key,
        {{ seconds_between('started_at', 'ended_at') }} as seconds_to_convert
    from {{ ref('int_journeys_ended') }}
    where conversion_key is not null
),

times as (
    {%- for level in levels %}
    select
        converted.goal_code,
        journey_paths.{{ level }}_path_key as path_key,
        {{ quantile('converted.seconds_to_convert', 0.5) }} / 3600
            as median_hours_to_convert
    from converted
    inner join journey_paths on converted.stretch_key = journey_paths.stretch_key
    group by converted.goal_code, journey_paths.{{ level }}_path_key
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

counted as (
    select
        goal_code,
        path_key,
        cast(sum(journey_count) as bigint) as journey_count,
        cast(sum(converted_count) as bigint) as converted_count,
        cast(sum(open_count) as bigint) as open_count,
        cast(sum(value) as decimal(18, 2)) as value
    from {{ ref('int_paths_counted') }}
    where month_date is not null
    group by goal_code, path_key
),

told as (
    select
        counted.goal_code,
        paths.level,
        paths.path_id,
        paths.path,
        counted.journey_count,
        counted.converted_count,
        counted.open_count,
        counted.journey_count - counted.open_count as ended_count,
        counted.value,
        times.median_hours_to_convert,
        sum(counted.journey_count) over goal_level as total_journey_count,
        sum(counted.converted_count) over goal_level as total_converted_count
    from counted
    inner join paths on counted.path_key = paths.path_key
    left join times
        on
            counted.goal_code = times.goal_code
            and counted.path_key = times.path_key
    window goal_level as (partition by counted.goal_code, paths.level)
)

select
    goal_code,
    level,
    path_id,
    path,
    journey_count,
    converted_count,
    open_count,
    value,
    cast(journey_count as {{ double_type() }}) / total_journey_count
        as share_of_journeys,
    cast(converted_count as {{ double_type() }}) / nullif(total_converted_count, 0)
        as share_of_conversions,
    {{ published_rate('converted_count', 'ended_count') }} as conversion_rate,
    {{ published(wilson_low('converted_count', 'ended_count'), 'ended_count') }}
        as conversion_rate_low,
    {{ published(wilson_high('converted_count', 'ended_count'), 'ended_count') }}
        as conversion_rate_high,
    median_hours_to_convert,
    {{ is_suppressed('ended_count') }} as is_suppressed
from told
