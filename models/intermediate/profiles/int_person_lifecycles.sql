{%- set lost_days = var('lifecycle_lost_days') -%}
with days as (
    select
        user_key,
        active_date,
        lag(active_date) over (
            partition by user_key
            order by active_date
        ) as previous_date
    from {{ ref('int_person_days') }}
),

summed as (
    select
        user_key,
        min(active_date) as first_active_date,
        max(active_date) as last_active_date,
        count(*) as active_day_count,
        -- back after a pause as long as those make who are lost
        max(
            case
                when
                    {{ days_between('previous_date', 'active_date') }} > {{ lost_days }}
                    then active_date
            end
        ) as returned_date
    from days
    group by user_key
),

dates as (
    select * from {{ ref('int_profile_dates') }}
),

aged as (
    select
        summed.*,
        {{ days_between('summed.first_active_date', 'dates.as_of_date') }}
            as days_since_first,
        {{ days_between('summed.last_active_date', 'dates.as_of_date') }}
            as days_since_active,
        {{ days_between('summed.returned_date', 'dates.as_of_date') }}
            as days_since_return
    from summed
    cross join dates
)

select
    user_key,
    first_active_date,
    last_active_date,
    returned_date,
    active_day_count,
    days_since_active,
    case
        when days_since_active > {{ lost_days }} then 'lost'
        when days_since_active > {{ var('lifecycle_active_days') }} then 'lapsing'
        when days_since_first <= {{ var('lifecycle_new_days') }} then 'new'
        when days_since_return <= {{ var('lifecycle_won_back_days') }} then 'won_back'
        else 'active'
    end as lifecycle_stage
from aged
