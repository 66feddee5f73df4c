{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    pre_hook="{{ drop_affected(ref('int_user_inputs'), 'user_key') }}",
    post_hook="{{ remember_inputs(ref('int_user_inputs')) }}"
) }}
with rules as (
    select * from {{ ref('int_funnel_step_rules') }}
),

steps as (
    select
        funnel_code,
        step_number,
        min(case when is_optional then 1 else 0 end) = 1 as is_optional
    from rules
    group by funnel_code, step_number
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

candidates_{{ step }} as (
    select
        reached.funnel_code,
        reached.user_key,
        min(interactions.occurred_at) as reached_at
    from reached_{{ step - 1 }} as reached
    inner join rules
        on
            reached.funnel_code = rules.funnel_code
            and rules.step_number = {{ step }}
    inner join interactions
        on
            reached.user_key = interactions.user_key
            and rules.interaction_type = interactions.interaction_type
            and reached.required_at <= interactions.occurred_at
            and reached.entered_at + reached.window_hours * interval '1' hour
            >= interactions.occurred_at
    group by reached.funnel_code, reached.user_key
),

reached_{{ step }} as (
    select
        reached.funnel_code,
        reached.user_key,
        reached.entered_at,
        reached.entry_channel_code,
        reached.window_hours,
        steps.is_optional,
        candidates.reached_at,
        -- an optional step holds nobody up: the next one counts from the required one
        case
            when steps.is_optional then reached.required_at
            else candidates.reached_at
        end as required_at
    from reached_{{ step - 1 }} as reached
    inner join steps
        on
            reached.funnel_code = steps.funnel_code
            and steps.step_number = {{ step }}
    left join candidates_{{ step }} as candidates
        on
            reached.funnel_code = candidates.funnel_code
            and reached.user_key = candidates.user_key
    where candidates.reached_at is not null or steps.is_optional
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

-- an optional step that comes only after the next required one was skipped
skipped as (
    select
        optional.funnel_code,
        optional.user_key,
        optional.step_number
    from reached as optional
    inner join reached as required
        on
            optional.funnel_code = required.funnel_code
            and optional.user_key = required.user_key
            and optional.step_number < required.step_number
    where optional.is_optional and not required.is_optional
    group by
        optional.funnel_code,
        optional.user_key,
        optional.step_number
    having max(optional.reached_at) > min(required.reached_at)
)

select
    reached.funnel_code,
    reached.user_key,
    reached.entered_at,
    reached.entry_channel_code,
    reached.step_number,
    reached.reached_at
from reached
left join skipped
    on
        reached.funnel_code = skipped.funnel_code
        and reached.user_key = skipped.user_key
        and reached.step_number = skipped.step_number
where skipped.step_number is null
