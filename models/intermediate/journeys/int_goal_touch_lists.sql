{{ config(materialized='view') }}
with goals as (
    select * from {{ ref('goals') }}
    where {{ of_this_industry() }}
),

touch_lists as (
    select
        list_key,
        left_out_goal_code,
        user_key,
        max(touch_number) as touch_count,
        max(occurred_at) as last_touched_at
    from {{ ref('int_touches_numbered') }}
    group by list_key, left_out_goal_code, user_key
),

-- who converts by touches reads the list without them, which may have none left
converters as (
    select distinct
        conversions.goal_code,
        touches.user_key
    from {{ ref('int_conversions') }} as conversions
    inner join {{ ref('int_touches_numbered') }} as touches
        on conversions.conversion_key = touches.touchpoint_key
    where touches.left_out_goal_code = ''
)

select
    -- one number to sort by instead of a text and a number
    {{ row_hash(['goals.goal_code', 'touch_lists.list_key']) }} as goal_list_key,
    goals.goal_code,
    goals.lookback_days,
    touch_lists.list_key,
    touch_lists.user_key,
    touch_lists.touch_count,
    touch_lists.last_touched_at
from touch_lists
cross join goals
left join converters
    on
        goals.goal_code = converters.goal_code
        and touch_lists.user_key = converters.user_key
where
    touch_lists.left_out_goal_code
    = case when converters.goal_code is null then '' else goals.goal_code end
