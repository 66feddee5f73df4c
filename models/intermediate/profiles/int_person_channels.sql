with days as (
    select * from {{ ref('int_active_days') }}
),

dates as (
    select * from {{ ref('int_profile_dates') }}
),

summed as (
    select
        days.user_key,
        days.channel_code,
        min(days.first_at) as first_active_at,
        max(days.last_at) as last_active_at,
        count(*) as active_day_count,
        cast(sum(days.interaction_count) as bigint) as interaction_count,
        count(
            case when days.active_date > dates.before_preference_date then 1 end
        ) as recent_day_count,
        sum(
            case
                when days.active_date > dates.before_preference_date
                    then days.interaction_count
                else 0
            end
        ) as recent_interaction_count
    from days
    cross join dates
    group by days.user_key, days.channel_code
),

ranked as (
    select
        *,
        row_number() over (
            partition by user_key
            order by
                recent_day_count desc,
                recent_interaction_count desc,
                last_active_at desc,
                channel_code asc
        ) as channel_rank
    from summed
)

select
    user_key,
    channel_code,
    first_active_at,
    last_active_at,
    active_day_count,
    interaction_count,
    recent_day_count,
    channel_rank,
    channel_rank = 1 and recent_day_count > 0 as is_preferred
from ranked
