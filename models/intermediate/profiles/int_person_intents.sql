with weights as (
    select * from {{ ref('intent_weights') }}
    where {{ of_this_industry() }}
),

activities as (
    select * from {{ ref('int_person_activities') }}
),

dates as (
    select * from {{ ref('int_profile_dates') }}
),

-- decimals, rounded for one interaction: persons who did the same have the same sum, however it was split and summed
decayed as (
    select
        activities.user_key,
        activities.interaction_type,
        weights.max_points,
        cast(activities.interaction_count as decimal(10, 0)) * cast(
            cast(weights.weight as {{ double_type() }})
            * power(
                2.0,
                -{{ days_between('activities.active_date', 'dates.as_of_date') }}
                / cast(weights.half_life_days as {{ double_type() }})
            ) as decimal(18, 12)
        ) as points
    from activities
    inner join weights on activities.interaction_type = weights.interaction_type
    cross join dates
),

by_type as (
    select
        user_key,
        interaction_type,
        least(max(max_points), sum(points)) as points
    from decayed
    group by user_key, interaction_type
)

select
    user_key,
    cast(sum(points) as {{ double_type() }}) as intent_score
from by_type
group by user_key
