{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    pre_hook="{{ drop_affected(ref('int_user_inputs'), 'user_key') }}",
    post_hook="{{ remember_inputs(ref('int_user_inputs')) }}"
) }}
{#- the last required step is the one with the highest number -#}
{%- set last = ['-step_number'] -%}
with last_steps as (
    select
        funnel_number,
        max(step_number) as last_step_number
    from {{ ref('int_funnel_step_rules') }}
    where step_kind = 'required'
    group by funnel_number
),

entries as (
    select * from {{ ref('int_funnel_entries') }}
    where {{ is_affected('user_key') }}
),

farthest as (
    select
        funnel_number,
        entry_key,
        max(case when not is_optional then step_number end) as reached_step,
        -- the steps that were reached, optional ones too: step 1 counts 1, step 2 counts 2, step 3 counts 4 …
        cast(sum(power(2, step_number - 1)) as bigint) as reached_steps,
        max(case when not is_optional then reached_at end) as last_reached_at,
        {{ value_at_first('case when not is_optional then touchpoint_key end', last) }}
            as last_touchpoint_key
    from {{ ref('int_funnel_entry_steps') }}
    where {{ is_affected('user_key') }}
    group by funnel_number, entry_key
),

outcomes as (
    select
        entries.*,
        farthest.reached_step,
        farthest.reached_steps,
        farthest.last_reached_at,
        farthest.last_touchpoint_key,
        farthest.reached_step = last_steps.last_step_number as is_converted
    from entries
    inner join last_steps on entries.funnel_number = last_steps.funnel_number
    inner join farthest
        on
            entries.funnel_number = farthest.funnel_number
            and entries.entry_key = farthest.entry_key
),

interactions as (
    select * from {{ ref('int_funnel_interactions') }}
    where {{ is_affected('user_key') }}
)

select
    outcomes.funnel_number,
    outcomes.user_key,
    outcomes.entry_key,
    outcomes.bound_session_key,
    outcomes.held_value,
    outcomes.entered_at,
    outcomes.reached_step,
    outcomes.reached_steps,
    outcomes.last_reached_at,
    outcomes.last_touchpoint_key,
    outcomes.is_converted,
    outcomes.excluded_at is not null and not outcomes.is_converted as is_excluded,
    outcomes.entry_context_key,
    interactions.context_key as last_context_key,
    interactions.order_key as last_order_key
from outcomes
inner join interactions on outcomes.last_touchpoint_key = interactions.touchpoint_key
