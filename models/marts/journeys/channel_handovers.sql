with transitions as (
    select * from {{ ref('int_path_transitions') }}
    where level = 'channel' and from_code is not null
),

journeys as (
    select
        journeys.goal_code,
        journeys.user_key,
        journeys.conversion_key,
        journeys.value,
        paths.channel_path_key as path_key
    from {{ ref('int_journeys_ended') }} as journeys
    inner join {{ ref('int_journey_paths') }} as paths
        on journeys.stretch_key = paths.stretch_key
    where journeys.journey_status <> 'open'
),

conversions as (
    select * from {{ ref('int_conversions') }}
),

-- the last step hands over to the channel on which the conversion happens
last_handovers as (
    select
        journeys.*,
        transitions.from_code,
        conversions.channel_code as to_code
    from journeys
    inner join conversions
        on
            journeys.goal_code = conversions.goal_code
            and journeys.conversion_key = conversions.conversion_key
    inner join transitions on journeys.path_key = transitions.path_key
    where transitions.to_code is null
),

-- a journey hands over from one channel to another once, however often it does
handovers as (
    select
        journeys.*,
        transitions.from_code as from_channel_code,
        transitions.to_code as to_channel_code
    from journeys
    inner join transitions on journeys.path_key = transitions.path_key
    where transitions.from_code <> transitions.to_code
    union all
    select last_handovers.*
    from last_handovers
    left join transitions
        on
            last_handovers.path_key = transitions.path_key
            and last_handovers.from_code = transitions.from_code
            and last_handovers.to_code = transitions.to_code
    where
        last_handovers.from_code <> last_handovers.to_code
        and transitions.path_key is null
),

persons as (
    select
        goal_code,
        from_channel_code,
        to_channel_code,
        user_key,
        count(*) as journey_count,
        count(conversion_key) as conversion_count,
        coalesce(sum(value), 0) as value
    from handovers
    group by goal_code, from_channel_code, to_channel_code, user_key
),

counted as (
    select
        goal_code,
        from_channel_code,
        to_channel_code,
        cast(sum(journey_count) as bigint) as journey_count,
        count(*) as user_count,
        sum(case when conversion_count > 0 then 1 else 0 end) as converted_user_count,
        cast(sum(conversion_count) as bigint) as conversion_count,
        cast(sum(value) as decimal(18, 2)) as value
    from persons
    group by goal_code, from_channel_code, to_channel_code
)

select
    goal_code,
    from_channel_code,
    to_channel_code,
    journey_count,
    user_count,
    cast(converted_user_count as bigint) as converted_user_count,
    conversion_count,
    value,
    {{ published_rate('converted_user_count', 'user_count') }} as conversion_rate,
    {{ published(wilson_low('converted_user_count', 'user_count'), 'user_count') }}
        as conversion_rate_low,
    {{ published(wilson_high('converted_user_count', 'user_count'), 'user_count') }}
        as conversion_rate_high,
    {{ is_suppressed('user_count') }} as is_suppressed
from counted
