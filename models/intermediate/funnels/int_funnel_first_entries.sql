{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    pre_hook="{{ drop_affected(ref('int_user_inputs'), 'user_key') }}",
    post_hook="{{ remember_inputs(ref('int_user_inputs')) }}"
) }}
with rules as (
    select * from {{ ref('int_funnel_step_rules') }}
    where step_number = 1
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

first_interactions as (
    select
        user_key,
        interaction_type,
        min(occurred_at) as occurred_at
    from interactions
    group by user_key, interaction_type
),

entry_times as (
    select
        rules.funnel_code,
        first_interactions.user_key,
        min(first_interactions.occurred_at) as entered_at,
        min(rules.window_hours) as window_hours
    from first_interactions
    inner join rules on first_interactions.interaction_type = rules.interaction_type
    group by rules.funnel_code, first_interactions.user_key
)

select
    entry_times.funnel_code,
    entry_times.user_key,
    entry_times.entered_at,
    {{ value_at_first(
        'interactions.channel_code', ['interactions.touchpoint_key']
    ) }} as entry_channel_code,
    min(entry_times.window_hours) as window_hours
from entry_times
inner join rules on entry_times.funnel_code = rules.funnel_code
inner join interactions
    on
        entry_times.user_key = interactions.user_key
        and entry_times.entered_at = interactions.occurred_at
        and rules.interaction_type = interactions.interaction_type
group by entry_times.funnel_code, entry_times.user_key, entry_times.entered_at
