{{ config(
    materialized='incremental', incremental_strategy='append', on_schema_change='fail',
    pre_hook="{{ drop_affected(ref('int_user_inputs'), 'user_key') }}",
    post_hook="{{ remember_inputs(ref('int_user_inputs')) }}"
) }}
{%- set first = ['chances.occurred_at', 'chances.touchpoint_key'] %}
{%- set reached_at = 'min(case when chances.is_reaching then chances.occurred_at end)' %}
{#- what is simultaneous with the step before, or with the step itself, lies not between them #}
{%- set broken_at = 'min(case when not chances.is_reaching and chances.occurred_at > reached.reached_at then chances.occurred_at end)' %}
{%- set is_reached = reached_at ~ ' <= coalesce(' ~ broken_at ~ ', ' ~ reached_at ~ ')' %}
{%- set is_in_window = "coalesce(reached.reached_at + chances.step_window_hours * interval '1' hour >= chances.occurred_at, true)" %}
{%- set touchpoint_key = value_at_earliest('case when chances.is_reaching then chances.touchpoint_key end', *first) %}
{%- set order_mark = value_at_earliest('case when chances.is_reaching then chances.order_mark end', *first) %}
{%- set columns = ['funnel_number', 'entry_key', 'user_key', 'step_number', 'reached_at', 'touchpoint_key'] %}
{%- set turn = 'case when is_any_order then cast(1 + row_number() over (partition by funnel_number, entry_key order by reached_at, step_number) as integer) else step_number end as step_number' %}
-- funnels whose steps do not simply follow each other
with loose_funnels as (
    select distinct
        funnel_number,
        is_any_order
    from {{ ref('int_funnel_step_matches') }}
    where not is_required
),

reached_1 as (
    select
        entries.funnel_number,
        entries.entry_key,
        entries.user_key,
        1 as place,
        1 as step_number,
        entries.entered_at as reached_at,
        entries.entry_key as touchpoint_key,
        entry_orders.order_key as order_mark,
        cast(null as timestamp) as previous_reached_at
    from {{ ref('int_funnel_entries') }} as entries
    left join {{ ref('int_funnel_entry_orders') }} as entry_orders
        on entries.entry_key = entry_orders.entry_key
    where {{ is_affected('entries.user_key') }}
)
{%- for place in range(2, var('max_funnel_steps') + 1) %},

-- each required step reads the one before it once: engines that put every reference in its place would else read it 2^n times;
-- it reads chances where they lie: what several steps read in common would be kept whole in between, which costs more
reached_{{ place }} as (
    select
        chances.funnel_number,
        chances.entry_key,
        min(chances.user_key) as user_key,
        {{ place }} as place,
        min(chances.step_number) as step_number,
        {{ reached_at }} as reached_at,
        {{ touchpoint_key }} as touchpoint_key,
        coalesce(nullif({{ order_mark }}, 0), min(reached.order_mark)) as order_mark,
        min(reached.reached_at) as previous_reached_at
    from reached_{{ place - 1 }} as reached
    inner join {{ ref('int_funnel_step_chances') }} as chances
        on
            reached.funnel_number = chances.funnel_number
            and reached.entry_key = chances.entry_key
            and reached.reached_at <= chances.occurred_at
            and {{ is_in_window }}
            and {{ is_another('reached', 'chances') }}
    where
        chances.is_required
        and chances.stretch_place = {{ place }}
        and {{ is_affected('chances.user_key') }}
    group by chances.funnel_number, chances.entry_key
    having {{ is_reached }}
)
{%- endfor %},

required as (
    {%- for place in range(1, var('max_funnel_steps') + 1) %}
    select * from reached_{{ place }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

loose as (
    select
        required.*,
        loose_funnels.is_any_order,
        lead(required.reached_at) over (
            partition by required.funnel_number, required.entry_key
            order by required.place
        ) as next_reached_at
    from required
    inner join loose_funnels on required.funnel_number = loose_funnels.funnel_number
),

-- an optional step is noted between its required neighbours and holds nobody up; in any order all count from the entry
more as (
    select
        chances.funnel_number,
        chances.entry_key,
        min(chances.user_key) as user_key,
        reached.is_any_order,
        chances.step_number,
        {{ reached_at }} as reached_at,
        {{ touchpoint_key }} as touchpoint_key
    from loose as reached
    inner join {{ ref('int_funnel_step_chances') }} as chances
        on
            reached.funnel_number = chances.funnel_number
            and reached.entry_key = chances.entry_key
            and reached.place + 1 = chances.stretch_place
            and reached.reached_at <= chances.occurred_at
            and coalesce(reached.next_reached_at >= chances.occurred_at, true)
            and {{ is_in_window }}
    where not chances.is_required and {{ is_affected('chances.user_key') }}
    group by
        chances.funnel_number,
        chances.entry_key,
        reached.is_any_order,
        chances.step_number
    having {{ is_reached }}
),

-- in any order a step counts by its place among those that were reached
numbered as (
    select
        {{ columns | join(',\n        ') }},
        step_number as defined_step_number,
        false as is_optional
    from loose
    union all
    select
        {{ columns | join(',\n        ') | replace('step_number', turn) }},
        step_number as defined_step_number,
        not is_any_order as is_optional
    from more
)

select
    *,
    lag(reached_at) over (
        partition by funnel_number, entry_key
        order by step_number
    ) as previous_reached_at
from numbered
union all
select
    {{ columns | join(',\n    ') }},
    step_number as defined_step_number,
    false as is_optional,
    previous_reached_at
from required
where funnel_number not in (select loose_funnels.funnel_number from loose_funnels)
