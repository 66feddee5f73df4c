{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    pre_hook="{{ drop_affected(ref('int_user_inputs'), 'user_key') }}",
    post_hook="{{ remember_inputs(ref('int_user_inputs')) }}"
) }}
{%- set is_optional = 'min(case when rules.is_optional then 1 else 0 end) = 1' %}
with rules as (
    select * from {{ ref('int_funnel_step_rules') }}
),

interactions as (
    select
        user_key,
        touchpoint_key,
        interaction_type,
        occurred_at,
        channel_code
    from {{ ref('int_touchpoints_resolved') }}
    where
        user_key is not null
        and {{ is_affected('user_key') }}
        and interaction_type in (select rules.interaction_type from rules)
),

reached_1 as (
    select
        *,
        false as is_optional,
        entered_at as reached_at,
        entered_at as required_at
    from {{ ref('int_funnel_first_entries') }}
    where {{ is_affected('user_key') }}
)
{%- for step in range(2, var('max_funnel_steps') + 1) %},

-- each step reads the one before it once: engines that put every reference in its place would else read it 2^n times
reached_{{ step }} as (
    select
        reached.funnel_code,
        reached.user_key,
        min(reached.entered_at) as entered_at,
        min(reached.entry_channel_code) as entry_channel_code,
        min(reached.window_hours) as window_hours,
        {{ is_optional }} as is_optional,
        min(interactions.occurred_at) as reached_at,
        -- an optional step holds nobody up: the next one counts from the required one
        case
            when {{ is_optional }} then min(reached.required_at)
            else min(interactions.occurred_at)
        end as required_at
    from reached_{{ step - 1 }} as reached
    inner join rules
        on
            reached.funnel_code = rules.funnel_code
            and rules.step_number = {{ step }}
    left join interactions
        on
            reached.user_key = interactions.user_key
            and rules.interaction_type = interactions.interaction_type
            and reached.required_at <= interactions.occurred_at
            and reached.entered_at + reached.window_hours * interval '1' hour
            >= interactions.occurred_at
    group by reached.funnel_code, reached.user_key
    having min(interactions.occurred_at) is not null or {{ is_optional }}
)
{%- endfor %},

reached as (
    {%- for step in range(1, var('max_funnel_steps') + 1) %}
    select
        funnel_code,
        user_key,
        entered_at,
        entry_channel_code,
        {{ step }} as step_number,
        is_optional,
        reached_at
    from reached_{{ step }}
    where reached_at is not null
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

before_next as (
    select
        *,
        min(case when not is_optional then reached_at end) over (
            partition by funnel_code, user_key
            order by step_number
            rows between 1 following and unbounded following
        ) as next_required_at
    from reached
)

select
    funnel_code,
    user_key,
    entered_at,
    entry_channel_code,
    step_number,
    reached_at
from before_next
-- an optional step that comes only after the next required one was skipped
where not is_optional or next_required_at is null or reached_at <= next_required_at
