with journeys as (
    select * from {{ ref('int_journeys') }}
),

conversions as (
    select * from {{ ref('int_conversions') }}
),

person_groups as (
    select * from {{ ref('int_person_groups') }}
),

as_of as (
    select * from {{ ref('int_as_of') }}
),

ended as (
    select
        journeys.*,
        conversions.value,
        person_groups.person_group,
        coalesce(conversions.converted_at, journeys.last_touched_at) as ended_at,
        case
            when journeys.conversion_key is not null then 'converted'
            when
                as_of.as_of
                > journeys.last_touched_at + journeys.lookback_days * interval '24' hour
                then 'lapsed'
            else 'open'
        end as journey_status
    from journeys
    inner join person_groups on journeys.user_key = person_groups.user_key
    cross join as_of
    left join conversions
        on
            journeys.goal_code = conversions.goal_code
            and journeys.conversion_key = conversions.conversion_key
)

select
    goal_code,
    user_key,
    stretch_key,
    conversion_key,
    first_touchpoint_key,
    started_at,
    ended_at,
    last_touched_at,
    journey_status,
    value,
    person_group,
    cast(date_trunc('month', {{ business_date('ended_at') }}) as date) as month_date
from ended
