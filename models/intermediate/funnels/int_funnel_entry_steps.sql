{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    pre_hook="{{ drop_affected(ref('int_user_inputs'), 'user_key') }}",
    post_hook="{{ remember_inputs(ref('int_user_inputs')) }}"
) }}
with steps as (
    select * from {{ ref('int_funnel_steps_walked') }}
    where {{ is_affected('user_key') }}
),

matches as (
    select * from {{ ref('int_funnel_step_matches') }}
    where is_reaching
),

interactions as (
    select * from {{ ref('int_funnel_interactions') }}
    where {{ is_affected('user_key') }}
),

-- of simultaneous interactions that reach a step the one with the lowest key
located as (
    select
        steps.funnel_code,
        steps.entry_key,
        steps.user_key,
        steps.step_number,
        steps.defined_step_number,
        steps.is_optional,
        steps.reached_at,
        min(interactions.touchpoint_key) as touchpoint_key
    from steps
    inner join matches
        on
            steps.funnel_code = matches.funnel_code
            and steps.defined_step_number = matches.step_number
    inner join interactions
        on
            steps.user_key = interactions.user_key
            and steps.reached_at = interactions.occurred_at
            and matches.interaction_type = interactions.interaction_type
            and {{ is_bound_alike('steps', 'matches', 'interactions') }}
    group by
        steps.funnel_code,
        steps.entry_key,
        steps.user_key,
        steps.step_number,
        steps.defined_step_number,
        steps.is_optional,
        steps.reached_at
    union all
    select
        funnel_code,
        entry_key,
        user_key,
        step_number,
        defined_step_number,
        is_optional,
        reached_at,
        entry_key as touchpoint_key
    from steps
    where step_number = 1
)

select
    *,
    lag(reached_at) over (
        partition by funnel_code, entry_key
        order by step_number
    ) as previous_reached_at
from located
