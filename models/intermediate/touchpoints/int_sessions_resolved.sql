{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    pre_hook="{{ drop_affected(ref('int_session_inputs'), 'partition_key') }}",
    post_hook="{{ remember_inputs(ref('int_session_inputs')) }}"
) }}
with touchpoints as (
    select * from {{ ref('int_touchpoints_sessionised') }}
    where {{ is_affected('partition_key') }}
),

events as (
    select * from {{ ref('int_events_defined') }}
),

identifier_sets as (
    select
        identifier_set_key,
        user_key,
        person_identifier_key
    from {{ ref('int_identifier_sets_resolved') }}
),

-- most sessions are one touchpoint, and need no aggregation
sessions as (
    select
        touchpoints.session_key,
        touchpoints.partition_key,
        touchpoints.occurred_at as started_at,
        touchpoints.occurred_at as ended_at,
        1 as touchpoint_count,
        touchpoints.event_key as entry_event_key,
        touchpoints.event_key as exit_event_key,
        identifier_sets.user_key,
        false as has_several_users
    from touchpoints
    left join identifier_sets
        on touchpoints.identifier_set_key = identifier_sets.identifier_set_key
    where touchpoints.is_entry and touchpoints.is_exit
    union all
    select
        touchpoints.session_key,
        min(touchpoints.partition_key) as partition_key,
        min(touchpoints.occurred_at) as started_at,
        max(touchpoints.occurred_at) as ended_at,
        count(*) as touchpoint_count,
        max(
            case when touchpoints.is_entry then touchpoints.event_key end
        ) as entry_event_key,
        max(
            case when touchpoints.is_exit then touchpoints.event_key end
        ) as exit_event_key,
        min(identifier_sets.user_key) as user_key,
        min(identifier_sets.user_key) <> max(identifier_sets.user_key)
            as has_several_users
    from touchpoints
    left join identifier_sets
        on touchpoints.identifier_set_key = identifier_sets.identifier_set_key
    where not (touchpoints.is_entry and touchpoints.is_exit)
    group by touchpoints.session_key
),

sets_of_several as (
    select distinct
        session_key,
        identifier_set_key
    from touchpoints
    where
        session_key in (
            select sessions.session_key
            from sessions
            where sessions.has_several_users
        )
),

-- where a session passes through several persons (a shared device), its strongest identifier names the person
strongest_users as (
    select
        sets_of_several.session_key,
        {{ value_at_first(
            'identifier_sets.user_key', ['resolved.priority', 'identifier_sets.user_key']
        ) }} as user_key
    from sets_of_several
    inner join identifier_sets
        on sets_of_several.identifier_set_key = identifier_sets.identifier_set_key
    inner join {{ ref('int_identifiers_resolved') }} as resolved
        on identifier_sets.person_identifier_key = resolved.identifier_key
    group by sets_of_several.session_key
),

campaigns as (
    select
        session_key,
        {{ value_at_first('campaign', ['occurred_at', 'touchpoint_key']) }} as campaign
    from touchpoints
    where campaign is not null
    group by session_key
),

converting_sessions as (
    select distinct touchpoints.session_key
    from touchpoints
    inner join {{ ref('int_orders_converted') }} as orders
        on touchpoints.touchpoint_key = orders.order_key
    where orders.is_paid
)

select
    sessions.session_key,
    sessions.partition_key,
    coalesce(strongest_users.user_key, sessions.user_key) as user_key,
    entries.channel_code,
    sessions.started_at,
    {{ business_date('sessions.started_at') }} as started_date,
    sessions.ended_at,
    sessions.touchpoint_count,
    cast(
        {{ seconds_between('sessions.started_at', 'sessions.ended_at') }}
        as {{ double_type() }}
    ) as duration_seconds,
    entries.touchpoint_code as entry_touchpoint_code,
    exits.touchpoint_code as exit_touchpoint_code,
    campaigns.campaign,
    sessions.touchpoint_count = 1 as is_bounce,
    converting_sessions.session_key is not null as has_conversion
from sessions
inner join events as entries on sessions.entry_event_key = entries.event_key
inner join events as exits on sessions.exit_event_key = exits.event_key
left join strongest_users on sessions.session_key = strongest_users.session_key
left join campaigns on sessions.session_key = campaigns.session_key
left join converting_sessions on sessions.session_key = converting_sessions.session_key
