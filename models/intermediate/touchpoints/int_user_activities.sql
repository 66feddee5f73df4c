{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    pre_hook="{{ drop_affected(ref('int_user_inputs'), 'user_key') }}",
    post_hook="{{ remember_inputs(ref('int_user_inputs')) }}"
) }}
with identifier_sets as (
    select
        identifier_set_key,
        user_key
    from {{ ref('int_identifier_sets_resolved') }}
    where user_key is not null and {{ is_affected('user_key') }}
),

touchpoints as (
    select * from {{ ref('int_touchpoints_sessionised') }}
),

events as (
    select * from {{ ref('int_events_defined') }}
),

activities as (
    select
        identifier_sets.user_key,
        events.channel_code,
        min(touchpoints.occurred_at) as first_seen_at,
        count(*) as touchpoint_count
    from touchpoints
    inner join identifier_sets
        on touchpoints.identifier_set_key = identifier_sets.identifier_set_key
    inner join events on touchpoints.event_key = events.event_key
    group by identifier_sets.user_key, events.channel_code
)

select
    user_key,
    {{ value_at_first('channel_code', ['first_seen_at', 'channel_code']) }}
        as first_channel_code,
    count(*) as channel_count,
    cast(sum(touchpoint_count) as bigint) as touchpoint_count
from activities
group by user_key
