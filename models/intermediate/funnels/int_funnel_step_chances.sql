{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    pre_hook="{{ drop_affected(ref('int_user_inputs'), 'user_key') }}",
    post_hook="{{ remember_inputs(ref('int_user_inputs')) }}"
) }}
with entries as (
    select * from {{ ref('int_funnel_entries') }}
    where {{ is_affected('user_key') }}
),

matches as (
    select * from {{ ref('int_funnel_step_matches') }}
),

interactions as (
    select * from {{ ref('int_funnel_interactions') }}
    where {{ is_affected('user_key') }}
)

{#- entries that are bound to a session look no further than that, and those that are bound to nothing compare nothing more -#}
{%- set bindings = [
    'entries.bound_session_key is not null',
    'entries.bound_session_key is null and entries.held_value is not null',
    'entries.bound_session_key is null and entries.held_value is null',
] %}
{%- for binding in bindings %}
{{ 'union all' if not loop.first }}
select
    entries.funnel_number,
    entries.entry_key,
    entries.user_key,
    matches.step_number,
    matches.stretch_place,
    matches.step_window_hours,
    matches.is_required,
    matches.is_reaching,
    matches.is_repeat,
    -- the order tells a second payment from another record of the first; 0: it names none
    case when matches.has_repeats then coalesce(interactions.order_key, 0) end
        as order_mark,
    interactions.occurred_at,
    interactions.touchpoint_key
from entries
inner join matches on entries.funnel_number = matches.funnel_number
inner join interactions
    on
        entries.user_key = interactions.user_key
        {%- if loop.first %}
        and entries.bound_session_key = interactions.session_key
        {%- endif %}
        and matches.interaction_type = interactions.interaction_type
        and entries.entered_at <= interactions.occurred_at
        and entries.ends_at >= interactions.occurred_at
        {%- if not loop.last %}
        and {{ is_bound_alike('entries', 'matches', 'interactions') }}
        {%- endif %}
where {{ binding }}
{%- endfor %}
