{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    pre_hook="{{ drop_affected(ref('int_user_inputs'), 'user_key') }}",
    post_hook="{{ remember_inputs(ref('int_user_inputs')) }}"
) }}
{%- set first = ['interactions.occurred_at', 'interactions.touchpoint_key'] -%}
{%- set entry_key = value_at_earliest('interactions.touchpoint_key', *first) -%}
{%- set entry_context_key = value_at_earliest('interactions.context_key', *first) -%}
with rules as (
    select * from {{ ref('int_funnel_step_rules') }}
),

entrances as (
    select * from rules
    where step_number = 1
),

exclusions as (
    select * from rules
    where step_kind = 'exclusion'
),

interactions as (
    select * from {{ ref('int_funnel_interactions') }}
    where {{ is_affected('user_key') }}
),

-- many funnels begin with the same kinds of interaction: these are aggregated once
first_interactions as (
    select
        user_key,
        interaction_type,
        min(occurred_at) as occurred_at,
        {{ value_at_earliest('touchpoint_key', 'occurred_at', 'touchpoint_key') }}
            as touchpoint_key,
        {{ value_at_earliest('context_key', 'occurred_at', 'touchpoint_key') }}
            as context_key
    from interactions
    where interaction_type in (select entrances.interaction_type from entrances)
    group by user_key, interaction_type
),

bound_interactions as (
    select
        entrances.funnel_number,
        entrances.window_hours,
        entrances.hold_constant,
        interactions.user_key,
        case when entrances.entry_rule = 'session' then interactions.session_key end
            as bound_session_key,
        {{ held_value('entrances.hold_constant', 'interactions') }} as held_value,
        interactions.occurred_at,
        interactions.touchpoint_key,
        interactions.context_key
    from interactions
    inner join entrances
        on interactions.interaction_type = entrances.interaction_type
    where
        entrances.entry_rule = 'session'
        or (entrances.entry_rule = 'first' and entrances.hold_constant is not null)
),

-- of simultaneous entrances the one with the lowest key
entries as (
    select
        entrances.funnel_number,
        interactions.user_key,
        cast(null as bigint) as bound_session_key,
        cast(null as {{ text_type() }}) as held_value,
        min(interactions.occurred_at) as entered_at,
        min(interactions.occurred_at) + min(entrances.window_hours) * interval '1' hour
            as window_ends_at,
        {{ entry_key }} as entry_key,
        {{ entry_context_key }} as entry_context_key
    from first_interactions as interactions
    inner join entrances
        on interactions.interaction_type = entrances.interaction_type
    where entrances.entry_rule = 'first' and entrances.hold_constant is null
    group by entrances.funnel_number, interactions.user_key
    union all
    select
        interactions.funnel_number,
        interactions.user_key,
        interactions.bound_session_key,
        interactions.held_value,
        min(interactions.occurred_at) as entered_at,
        min(interactions.occurred_at)
        + min(interactions.window_hours) * interval '1' hour as window_ends_at,
        {{ entry_key }} as entry_key,
        {{ entry_context_key }} as entry_context_key
    from bound_interactions as interactions
    -- an interaction without the value that is held constant enters nothing
    where interactions.hold_constant is null or interactions.held_value is not null
    group by
        interactions.funnel_number,
        interactions.user_key,
        interactions.bound_session_key,
        interactions.held_value
    union all
    select
        funnel_number,
        user_key,
        cast(null as bigint) as bound_session_key,
        held_value,
        entered_at,
        window_ends_at,
        entry_key,
        entry_context_key
    from {{ ref('int_funnel_entries_repeated') }}
    where {{ is_affected('user_key') }}
),

excluded as (
    select
        entries.funnel_number,
        entries.entry_key,
        min(interactions.occurred_at) as excluded_at
    from entries
    inner join exclusions on entries.funnel_number = exclusions.funnel_number
    inner join interactions
        on
            entries.user_key = interactions.user_key
            and exclusions.interaction_type = interactions.interaction_type
            and entries.entered_at <= interactions.occurred_at
            and entries.window_ends_at >= interactions.occurred_at
            and {{ is_bound_alike('entries', 'exclusions', 'interactions') }}
    group by entries.funnel_number, entries.entry_key
)

select
    entries.funnel_number,
    entries.user_key,
    entries.entry_key,
    entries.entry_context_key,
    entries.bound_session_key,
    entries.held_value,
    entries.entered_at,
    excluded.excluded_at,
    coalesce(excluded.excluded_at, entries.window_ends_at) as ends_at
from entries
left join excluded
    on
        entries.funnel_number = excluded.funnel_number
        and entries.entry_key = excluded.entry_key
