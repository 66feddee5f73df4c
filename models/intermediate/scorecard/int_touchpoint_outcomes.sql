{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    pre_hook="{{ drop_affected(ref('int_user_inputs'), 'user_key') }}",
    post_hook="{{ remember_inputs(ref('int_user_inputs')) }}"
) }}
-- what follows a person's touches at a touchpoint: of the touches of a day the first, and the first that something follows.
-- What has matured moves with every load and is asked further on
with identifier_sets as (
    select * from {{ ref('int_identifier_sets_resolved') }}
    where user_key is not null and {{ is_affected('user_key') }}
),

events as (
    select
        event_key,
        touchpoint_code,
        interaction_type in ({{ quoted(var('intent_interaction_types')) }}) as is_intent
    from {{ ref('int_events_defined') }}
),

goals as (
    select * from {{ ref('goals') }}
    where goal_code = '{{ var("scorecard_goal") }}' and {{ of_this_industry() }}
),

touches as (
    select
        identifier_sets.user_key,
        touchpoints.touchpoint_key,
        touchpoints.event_key,
        touchpoints.occurred_at,
        events.is_intent
    from {{ ref('int_touchpoints_sessionised') }} as touchpoints
    inner join events on touchpoints.event_key = events.event_key
    inner join identifier_sets
        on touchpoints.identifier_set_key = identifier_sets.identifier_set_key
),

timeline as (
    select
        user_key,
        occurred_at as happened_at,
        touchpoint_key,
        event_key,
        cast(null as timestamp) as converted_at,
        cast(null as timestamp) as interested_at
    from touches
    union all
    select
        user_key,
        converted_at as happened_at,
        cast(null as bigint) as touchpoint_key,
        cast(null as bigint) as event_key,
        converted_at,
        cast(null as timestamp) as interested_at
    from {{ ref('int_conversions') }}
    where
        goal_code = '{{ var("scorecard_goal") }}'
        and user_key is not null
        and {{ is_affected('user_key') }}
    union all
    select
        user_key,
        occurred_at as happened_at,
        cast(null as bigint) as touchpoint_key,
        cast(null as bigint) as event_key,
        cast(null as timestamp) as converted_at,
        occurred_at as interested_at
    from touches
    where is_intent
),

-- what happens at the same moment does not follow: it stands before the touch. Read backwards: a window that ends where the
-- rows end is worked out anew for each row on Spark
followed as (
    select
        user_key,
        touchpoint_key,
        event_key,
        happened_at,
        {{ carry_forward('converted_at', 'later') }} as next_converted_at,
        {{ carry_forward('interested_at', 'later') }} as next_interested_at
    from timeline
    window later as (
        partition by user_key
        order by happened_at desc, touchpoint_key desc nulls last
        rows between unbounded preceding and current row
    )
),

outcomes as (
    select
        followed.user_key,
        followed.touchpoint_key,
        followed.event_key,
        {{ row_hash(['events.touchpoint_code', 'followed.user_key']) }} as list_key,
        {%- for outcome in ['converted', 'interested'] %}
        coalesce(
            followed.next_{{ outcome }}_at
            <= followed.happened_at + goals.lookback_days * interval '24' hour,
            false
        ) as is_{{ outcome }},
        {%- endfor %}
        {{ business_date('followed.happened_at') }} as occurred_date
    from followed
    inner join events on followed.event_key = events.event_key
    cross join goals
    where followed.touchpoint_key is not null
),

-- in the order of dates, which clocks that are set back at midnight do not keep
placed as (
    select
        *,
        {{ carry_forward('occurred_date', 'earlier') }} as previous_date,
        {{ carry_forward('case when is_converted then occurred_date end', 'earlier') }}
            as previous_converted_date,
        {{ carry_forward('case when is_interested then occurred_date end', 'earlier') }}
            as previous_interested_date
    from outcomes
    window earlier as (
        partition by list_key
        order by occurred_date, touchpoint_key
        rows between unbounded preceding and 1 preceding
    )
),

telling as (
    select * from placed
    where
        coalesce(previous_date < occurred_date, true)
        or (is_converted and coalesce(previous_converted_date < occurred_date, true))
        or (is_interested and coalesce(previous_interested_date < occurred_date, true))
)

select
    telling.user_key,
    telling.touchpoint_key,
    events.touchpoint_code,
    telling.occurred_date,
    telling.previous_date,
    telling.is_converted,
    telling.previous_converted_date,
    telling.is_interested,
    telling.previous_interested_date
from telling
inner join events on telling.event_key = events.event_key
