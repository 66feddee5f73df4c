{%- set levels = ['channel', 'touchpoint'] %}
with journeys as (
    select * from {{ ref('int_journeys_ended') }}
),

-- a hash stands for the path until it is counted; the paths themselves are read once more then, as what is read by two
-- would be carried along
keyed as (
    select
        {%- for level in levels %}
        {{ row_hash([level ~ '_path']) }} as {{ level }}_key,
        {%- endfor %}
        stretch_key
    from {{ ref('int_journey_paths') }}
),

paths as (
    select * from {{ ref('int_journey_paths') }}
),

keyed_journeys as (
    select
        journeys.goal_code,
        journeys.stretch_key,
        {%- for level in levels %}
        keyed.{{ level }}_key,
        {%- endfor %}
        journeys.journey_status,
        journeys.value,
        case
            when journeys.conversion_key is not null
                then {{ seconds_between('journeys.started_at', 'journeys.ended_at') }}
        end as seconds_to_convert
    from journeys
    inner join keyed on journeys.stretch_key = keyed.stretch_key
),

counted as (
    {%- for level in levels %}
    select
        goal_code,
        '{{ level }}' as level,
        min(stretch_key) as example_stretch_key,
        count(*) as journey_count,
        sum(case when journey_status = 'converted' then 1 else 0 end)
            as converted_count,
        sum(case when journey_status = 'open' then 1 else 0 end) as open_count,
        coalesce(sum(value), 0) as value,
        {{ quantile('seconds_to_convert', 0.5) }} / 3600 as median_hours_to_convert
    from keyed_journeys
    group by goal_code, {{ level }}_key
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

totalled as (
    select
        *,
        journey_count - open_count as ended_count,
        sum(journey_count) over goal_level as total_journey_count,
        sum(converted_count) over goal_level as total_converted_count
    from counted
    window goal_level as (partition by goal_code, level)
),

told as (
    select
        totalled.*,
        case totalled.level
            {%- for level in levels %}
            when '{{ level }}' then paths.{{ level }}_path
            {%- endfor %}
        end as path
    from totalled
    inner join paths on totalled.example_stretch_key = paths.stretch_key
)

select
    goal_code,
    level,
    {{ path_id('path') }} as path_id,
    path,
    journey_count,
    cast(converted_count as bigint) as converted_count,
    cast(open_count as bigint) as open_count,
    cast(value as decimal(18, 2)) as value,
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
