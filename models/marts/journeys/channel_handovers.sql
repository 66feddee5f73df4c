with transitions as (
    select * from {{ ref('int_step_transitions') }}
    where level = 'channel' and from_code is not null
),

journeys as (
    select * from {{ ref('int_journeys_ended') }}
),

conversions as (
    select * from {{ ref('int_conversions') }}
),

-- the last step hands over to the channel on which the conversion happens
led as (
    select
        journeys.goal_code,
        journeys.user_key,
        journeys.first_touchpoint_key,
        journeys.conversion_key,
        journeys.value,
        transitions.from_code as from_channel_code,
        coalesce(transitions.to_code, conversions.channel_code) as to_channel_code
    from transitions
    inner join journeys on transitions.stretch_key = journeys.stretch_key
    left join conversions
        on
            journeys.goal_code = conversions.goal_code
            and journeys.conversion_key = conversions.conversion_key
    where journeys.journey_status <> 'open'
),

-- a journey hands over from one channel to another once, however often it does
handovers as (
    select distinct
        goal_code,
        user_key,
        first_touchpoint_key,
        conversion_key,
        value,
        from_channel_code,
        to_channel_code
    from led
    where from_channel_code <> to_channel_code
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
