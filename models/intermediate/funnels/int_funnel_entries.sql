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
        min(occurred_at) as occurred_at
    from interactions
    group by user_key, interaction_type
),

bound_interactions as (
    select
        entrances.funnel_code,
        interactions.user_key,
        case when entrances.entry_rule = 'session' then interactions.session_key end
            as bound_session_key,
        {{ held_value('entrances.hold_constant', 'interactions') }} as held_value,
        entrances.hold_constant,
        interactions.occurred_at
    from interactions
    inner join entrances
        on interactions.interaction_type = entrances.interaction_type
    where
        entrances.entry_rule = 'session'
        or (entrances.entry_rule = 'first' and entrances.hold_constant is not null)
),

entry_times as (
    select
        entrances.funnel_code,
        first_interactions.user_key,
        cast(null as bigint) as bound_session_key,
        cast(null as {{ text_type() }}) as held_value,
        min(first_interactions.occurred_at) as entered_at
    from first_interactions
    inner join entrances
        on first_interactions.interaction_type = entrances.interaction_type
    where entrances.entry_rule = 'first' and entrances.hold_constant is null
    group by entrances.funnel_code, first_interactions.user_key
    union all
    select
        funnel_code,
        user_key,
        bound_session_key,
        held_value,
        min(occurred_at) as entered_at
    from bound_interactions
    -- an interaction without the value that is held constant enters nothing
    where hold_constant is null or held_value is not null
    group by funnel_code, user_key, bound_session_key, held_value
    union all
    select
        funnel_code,
        user_key,
        cast(null as bigint) as bound_session_key,
        held_value,
        entered_at
    from {{ ref('int_funnel_entries_repeated') }}
    where {{ is_affected('user_key') }}
),

-- of simultaneous entrances the one with the lowest key
entries as (
    select
        entry_times.funnel_code,
        entry_times.user_key,
        min(interactions.touchpoint_key) as entry_key,
        entry_times.bound_session_key,
        entry_times.held_value,
        entry_times.entered_at,
        entry_times.entered_at + min(entrances.window_hours) * interval '1' hour
            as window_ends_at
    from entry_times
    inner join entrances on entry_times.funnel_code = entrances.funnel_code
    inner join interactions
        on
            entry_times.user_key = interactions.user_key
            and entry_times.entered_at = interactions.occurred_at
            and entrances.interaction_type = interactions.interaction_type
            and {{ is_bound_alike('entry_times', 'entrances', 'interactions') }}
    group by
        entry_times.funnel_code,
        entry_times.user_key,
        entry_times.bound_session_key,
        entry_times.held_value,
        entry_times.entered_at
),

excluded as (
    select
        entries.funnel_code,
        entries.entry_key,
        min(interactions.occurred_at) as excluded_at
    from entries
    inner join exclusions on entries.funnel_code = exclusions.funnel_code
    inner join interactions
        on
            entries.user_key = interactions.user_key
            and exclusions.interaction_type = interactions.interaction_type
            and entries.entered_at <= interactions.occurred_at
            and entries.window_ends_at >= interactions.occurred_at
            and {{ is_bound_alike('entries', 'exclusions', 'interactions') }}
    group by entries.funnel_code, entries.entry_key
)

select
    entries.funnel_code,
    entries.user_key,
    entries.entry_key,
    entries.bound_session_key,
    entries.held_value,
    entries.entered_at,
    excluded.excluded_at,
    coalesce(excluded.excluded_at, entries.window_ends_at) as ends_at
from entries
left join excluded
    on
        entries.funnel_code = excluded.funnel_code
        and entries.entry_key = excluded.entry_key
