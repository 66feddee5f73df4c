-- what follows a person's day at a touchpoint: of many touches on a day the first and the last tell as much as all of them
with touches as (
    select
        user_key,
        touchpoint_code,
        interaction_type,
        occurred_at,
        {{ business_date('occurred_at') }} as occurred_date
    from {{ ref('int_touchpoints_resolved') }}
    where user_key is not null
),

days as (
    select
        user_key,
        touchpoint_code,
        occurred_date,
        min(occurred_at) as first_touched_at,
        max(occurred_at) as last_touched_at
    from touches
    group by user_key, touchpoint_code, occurred_date
),

goals as (
    select * from {{ ref('goals') }}
    where goal_code = '{{ var("scorecard_goal") }}' and {{ of_this_industry() }}
),

timeline as (
    select
        user_key,
        first_touched_at as happened_at,
        touchpoint_code,
        occurred_date,
        last_touched_at,
        cast(null as timestamp) as converted_at,
        cast(null as timestamp) as interested_at
    from days
    union all
    select
        user_key,
        converted_at as happened_at,
        '' as touchpoint_code,
        converted_date as occurred_date,
        cast(null as timestamp) as last_touched_at,
        converted_at,
        cast(null as timestamp) as interested_at
    from {{ ref('int_conversions') }}
    where goal_code = '{{ var("scorecard_goal") }}' and user_key is not null
    union all
    select
        user_key,
        occurred_at as happened_at,
        '' as touchpoint_code,
        occurred_date,
        cast(null as timestamp) as last_touched_at,
        cast(null as timestamp) as converted_at,
        occurred_at as interested_at
    from touches
    where interaction_type in ({{ quoted(var('intent_interaction_types')) }})
),

-- what happens at the same moment does not follow: it stands before the touch. Read backwards: a window that ends where the
-- rows end is worked out anew for each row on Spark
followed as (
    select
        user_key,
        touchpoint_code,
        occurred_date,
        last_touched_at,
        min(converted_at) over later as next_converted_at,
        min(interested_at) over later as next_interested_at
    from timeline
    window later as (
        partition by user_key
        order by happened_at desc, touchpoint_code desc, occurred_date desc
        rows between unbounded preceding and current row
    )
),

as_of as (
    select {{ business_date('as_of') }} as as_of_date
    from {{ ref('int_as_of') }}
)

select
    followed.user_key,
    followed.touchpoint_code,
    followed.occurred_date,
    -- the window of the day's last touch has passed
    followed.occurred_date + (goals.lookback_days + 1) * interval '1' day
    <= as_of.as_of_date as is_mature,
    coalesce(
        followed.next_converted_at
        <= followed.last_touched_at + goals.lookback_days * interval '24' hour,
        false
    ) as is_converted,
    coalesce(
        followed.next_interested_at
        <= followed.last_touched_at + goals.lookback_days * interval '24' hour,
        false
    ) as is_interested
from followed
cross join goals
cross join as_of
where followed.last_touched_at is not null
