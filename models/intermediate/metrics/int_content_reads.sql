{%- set window = var('engagement_window_hours') ~ " * interval '1' hour" -%}
with interactions as (
    select * from {{ ref('int_content_interactions') }}
    where user_key is not null
),

-- what a goal counts says which it is, whatever its code; of several each has its own look-back
goals as (
    select
        goal_code,
        lookback_days,
        case
            when conversion_kind = 'paid_order' and order_rank = 'any' then 'order'
            when interaction_type = 'consult' then 'consultation'
            when interaction_type = 'register' then 'registration'
        end as follow_up
    from {{ ref('goals') }}
    where {{ of_this_industry() }}
),

conversions as (
    select distinct
        goals.follow_up,
        conversions.user_key,
        conversions.converted_at,
        conversions.lookback_days
    from {{ ref('int_conversions') }} as conversions
    inner join goals on conversions.goal_code = goals.goal_code
    where conversions.user_key is not null and goals.follow_up is not null
),

lookbacks as (
    select
        max(case when follow_up = 'consultation' then lookback_days end)
            as consultation_days,
        max(case when follow_up = 'registration' then lookback_days end)
            as registration_days,
        max(case when follow_up = 'order' then lookback_days end) as order_days
    from goals
),

as_of as (
    select * from {{ ref('int_as_of') }}
),

reads as (
    select * from interactions
    where content_role = 'read'
),

engaged as (
    select distinct reads.touchpoint_key
    from reads
    inner join interactions as answers
        on
            reads.user_key = answers.user_key
            and reads.content_id = answers.content_id
            and reads.channel_code = answers.channel_code
            and reads.occurred_at <= answers.occurred_at
            and reads.occurred_at + {{ window }} >= answers.occurred_at
    where answers.content_role <> 'read'
),

followed as (
    select
        reads.touchpoint_key,
        count(case when conversions.follow_up = 'consultation' then 1 end) > 0
            as has_consultation,
        count(case when conversions.follow_up = 'registration' then 1 end) > 0
            as has_registration,
        count(case when conversions.follow_up = 'order' then 1 end) > 0 as has_order
    from reads
    inner join conversions
        on
            reads.user_key = conversions.user_key
            and reads.occurred_at < conversions.converted_at
            and reads.occurred_at + conversions.lookback_days * interval '24' hour
            >= conversions.converted_at
    group by reads.touchpoint_key
)

select
    reads.touchpoint_key,
    reads.content_id,
    reads.channel_code,
    reads.user_key,
    reads.occurred_at,
    reads.month_start_date,
    engaged.touchpoint_key is not null as has_engaged,
    reads.occurred_at + {{ window }} <= as_of.as_of as is_engagement_mature,
    coalesce(followed.has_consultation, false) as has_consultation,
    coalesce(
        reads.occurred_at + lookbacks.consultation_days * interval '24' hour
        <= as_of.as_of,
        false
    ) as is_consultation_mature,
    coalesce(followed.has_registration, false) as has_registration,
    coalesce(
        reads.occurred_at + lookbacks.registration_days * interval '24' hour
        <= as_of.as_of,
        false
    ) as is_registration_mature,
    coalesce(followed.has_order, false) as has_order,
    coalesce(
        reads.occurred_at + lookbacks.order_days * interval '24' hour
        <= as_of.as_of,
        false
    ) as is_order_mature
from reads
left join engaged on reads.touchpoint_key = engaged.touchpoint_key
left join followed on reads.touchpoint_key = followed.touchpoint_key
cross join lookbacks
cross join as_of
