with changes as (
    select
        touchpoint_key,
        user_key,
        channel_code,
        interaction_type,
        {{ business_date('occurred_at') }} as changed_date,
        occurred_at
    from {{ ref('int_touchpoints_resolved') }}
    where
        interaction_type in ('follow', 'unfollow')
        and user_key is not null
),

dated as (
    select
        user_key,
        channel_code,
        interaction_type,
        changed_date as followed_date,
        lead(changed_date) over (
            partition by user_key, channel_code
            order by occurred_at, touchpoint_key
        ) as changed_date
    from changes
)

select
    user_key,
    channel_code,
    followed_date,
    changed_date
from dated
where interaction_type = 'follow'
