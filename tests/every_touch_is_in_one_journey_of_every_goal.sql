-- Touches by person and goal: those of the list that the goal's journeys are cut from, each once, none left over.
with journeys as (
    select
        goal_code,
        list_key,
        sum(last_number - first_number + 1) as touch_count,
        min(first_number) as first_number,
        max(last_number) as last_number
    from {{ ref('int_journeys') }}
    group by goal_code, list_key
),

goal_lists as (
    select * from {{ ref('int_goal_touch_lists') }}
)

select
    goal_lists.goal_code,
    goal_lists.user_key,
    goal_lists.touch_count,
    journeys.touch_count as journey_touch_count
from goal_lists
left join journeys
    on
        goal_lists.goal_code = journeys.goal_code
        and goal_lists.list_key = journeys.list_key
where
    journeys.list_key is null
    or journeys.touch_count <> goal_lists.touch_count
    or journeys.first_number <> 1
    or journeys.last_number <> goal_lists.touch_count
