{{ config(
    materialized='incremental', incremental_strategy='append', on_schema_change='fail',
    pre_hook="{{ drop_affected(ref('int_user_inputs'), 'user_key') }}",
    post_hook="{{ remember_inputs(ref('int_user_inputs')) }}"
) }}
{%- set entered_context = 'case when is_entrance then context_key end' -%}
with recursive rules as (
    select * from {{ ref('int_funnel_step_rules') }}
    where entry_rule = 'every'
),

interactions as (
    select
        rules.funnel_number,
        rules.window_hours,
        rules.hold_constant,
        rules.step_number = 1 as is_entrance,
        rules.is_ending,
        interactions.user_key,
        interactions.touchpoint_key,
        interactions.context_key,
        interactions.occurred_at,
        {{ held_value('rules.hold_constant', 'interactions') }} as held_value
    from {{ ref('int_funnel_interactions') }} as interactions
    inner join rules on interactions.interaction_type = rules.interaction_type
    where {{ is_affected('interactions.user_key') }}
),

-- a lane is what is walked on its own: a person's interactions, or those with one held value
moments as (
    select
        funnel_number,
        user_key,
        held_value,
        {{ row_hash(['funnel_number', 'user_key', 'held_value']) }} as lane_hash,
        occurred_at,
        occurred_at + min(window_hours) * interval '1' hour as window_ends_at,
        -- of simultaneous entrances the one with the lowest key
        min(case when is_entrance then touchpoint_key end) as entry_key,
        {{ value_at_first(entered_context, ['touchpoint_key']) }} as entry_context_key,
        max(case when is_entrance then 1 else 0 end) as is_entrance,
        max(case when is_ending then 1 else 0 end) as is_end
    from interactions
    where hold_constant is null or held_value is not null
    group by funnel_number, user_key, held_value, occurred_at
),

followed as (
    select
        *,
        max(case when is_entrance = 1 then window_ends_at end) over earlier
            as previous_window_ends_at,
        max(case when is_entrance = 1 then occurred_at end) over earlier
            as previous_entrance_at,
        max(case when is_end = 1 then occurred_at end) over earlier
            as previous_end_at
    from moments
    window earlier as (
        partition by lane_hash order by occurred_at
        rows between unbounded preceding and 1 preceding
    )
),

-- an entrance after an end, or after a window without entrances, is an entry, whatever was open before: a run begins
entrances as (
    select
        *,
        case
            when
                occurred_at <= previous_window_ends_at
                and coalesce(previous_end_at < previous_entrance_at, true) then 0
            else 1
        end as is_start
    from followed
    where is_entrance = 1
),

runs as (
    select
        *,
        sum(is_start) over (partition by lane_hash order by occurred_at) as run_number
    from entrances
),

-- inside a run an entry follows when the window of the one before is over: each entrance among the ends of windows
points as (
    select
        lane_hash,
        run_number,
        occurred_at,
        is_start,
        occurred_at as point_at,
        0 as is_window_end
    from runs
    union all
    select
        lane_hash,
        run_number,
        occurred_at,
        is_start,
        window_ends_at as point_at,
        1 as is_window_end
    from runs
),

pointed as (
    select
        lane_hash,
        occurred_at,
        is_start,
        is_window_end,
        min(case when is_window_end = 0 then occurred_at end) over (
            partition by lane_hash, run_number
            order by point_at, is_window_end, occurred_at
            rows between 1 following and unbounded following
        ) as next_at
    from points
),

-- those that follow inside a run, and no more: engines limit what a query may find by itself
followers as (
    select
        lane_hash,
        next_at as occurred_at
    from pointed
    where is_start = 1 and is_window_end = 1 and next_at is not null
    union all
    select
        pointed.lane_hash,
        pointed.next_at as occurred_at
    from followers
    inner join pointed
        on
            followers.lane_hash = pointed.lane_hash
            and followers.occurred_at = pointed.occurred_at
    where pointed.is_window_end = 1 and pointed.next_at is not null
)

select
    runs.funnel_number,
    runs.user_key,
    runs.held_value,
    runs.entry_key,
    runs.entry_context_key,
    runs.occurred_at as entered_at,
    runs.window_ends_at
from runs
left join followers
    on runs.lane_hash = followers.lane_hash and runs.occurred_at = followers.occurred_at
where runs.is_start = 1 or followers.lane_hash is not null
