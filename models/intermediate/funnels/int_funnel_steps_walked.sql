{{ config(
    materialized='incremental', incremental_strategy='append', on_schema_change='fail',
    pre_hook="{{ drop_affected(ref('int_user_inputs'), 'user_key') }}",
    post_hook="{{ remember_inputs(ref('int_user_inputs')) }}"
) }}
{%- set is_optional = "min(matches.step_kind) = 'optional'" %}
{%- set reached_at = 'min(case when matches.is_reaching then interactions.occurred_at end)' %}
{#- what is simultaneous with the step before, or with the step itself, lies not between them #}
{%- set broken_at = 'min(case when not matches.is_reaching and interactions.occurred_at > reached.required_at then interactions.occurred_at end)' %}
{%- set is_reached = reached_at ~ ' <= coalesce(' ~ broken_at ~ ', ' ~ reached_at ~ ')' %}
with matches as (
    select * from {{ ref('int_funnel_step_matches') }}
),

interactions as (
    select * from {{ ref('int_funnel_interactions') }}
    where {{ is_affected('user_key') }}
),

reached_1 as (
    select
        funnel_code,
        entry_key,
        user_key,
        bound_session_key,
        held_value,
        ends_at,
        false as is_optional,
        false as is_any_order,
        entered_at as reached_at,
        entered_at as required_at
    from {{ ref('int_funnel_entries') }}
    where {{ is_affected('user_key') }}
)
{%- for step in range(2, var('max_funnel_steps') + 1) %},

-- each step reads the one before it once: engines that put every reference in its place would else read it 2^n times
reached_{{ step }} as (
    select
        reached.funnel_code,
        reached.entry_key,
        min(reached.user_key) as user_key,
        min(reached.bound_session_key) as bound_session_key,
        min(reached.held_value) as held_value,
        min(reached.ends_at) as ends_at,
        {{ is_optional }} as is_optional,
        min(matches.step_order) = 'any' as is_any_order,
        case when {{ is_reached }} then {{ reached_at }} end as reached_at,
        -- an optional step holds nobody up: the next one counts from the required one; in any order from the entry
        case
            when {{ is_optional }} or min(matches.step_order) = 'any'
                then min(reached.required_at)
            else {{ reached_at }}
        end as required_at
    from reached_{{ step - 1 }} as reached
    inner join matches
        on
            reached.funnel_code = matches.funnel_code
            and matches.step_number = {{ step }}
    left join interactions
        on
            reached.user_key = interactions.user_key
            and matches.interaction_type = interactions.interaction_type
            and reached.required_at <= interactions.occurred_at
            and reached.ends_at >= interactions.occurred_at
            and (
                matches.step_window_hours is null
                or reached.required_at + matches.step_window_hours * interval '1' hour
                >= interactions.occurred_at
            )
            and {{ is_bound_alike('reached', 'matches', 'interactions') }}
    -- whom nothing lets pass is dropped before it is grouped
    where
        interactions.user_key is not null
        or matches.step_kind = 'optional'
        or matches.step_order = 'any'
    group by reached.funnel_code, reached.entry_key
    having
        {{ is_reached }}
        or {{ is_optional }}
        or min(matches.step_order) = 'any'
)
{%- endfor %},

reached as (
    {%- for step in range(2, var('max_funnel_steps') + 1) %}
    select
        funnel_code,
        entry_key,
        user_key,
        bound_session_key,
        held_value,
        {{ step }} as defined_step_number,
        is_optional,
        is_any_order,
        reached_at
    from reached_{{ step }}
    where reached_at is not null
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

-- in any order a step counts by its place among those that were reached
numbered as (
    select
        *,
        1 + row_number() over (
            partition by funnel_code, entry_key
            order by
                case when is_any_order then 1 else defined_step_number end,
                reached_at,
                defined_step_number
        ) as place,
        min(case when not is_optional then reached_at end) over (
            partition by funnel_code, entry_key
            order by
                case when is_any_order then 1 else defined_step_number end,
                reached_at,
                defined_step_number
            rows between 1 following and unbounded following
        ) as next_required_at
    from reached
)

select
    funnel_code,
    entry_key,
    user_key,
    bound_session_key,
    held_value,
    cast(case when is_any_order then place else defined_step_number end as integer)
        as step_number,
    defined_step_number,
    is_optional,
    reached_at
from numbered
-- an optional step that comes only after the next required one was skipped
where not is_optional or next_required_at is null or reached_at <= next_required_at
union all
select
    funnel_code,
    entry_key,
    user_key,
    bound_session_key,
    held_value,
    1 as step_number,
    1 as defined_step_number,
    false as is_optional,
    reached_at
from reached_1
