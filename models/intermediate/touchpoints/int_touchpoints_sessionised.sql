{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    pre_hook="{{ drop_affected(ref('int_partition_inputs'), 'partition_key') }}",
    post_hook="{{ remember_inputs(ref('int_partition_inputs')) }}"
) }}
with identifier_sets as (
    select
        identifier_set_key,
        profile_key,
        partition_key
    from {{ ref('int_set_inputs') }}
    where identifier_set_key is not null and {{ is_affected('partition_key') }}
),

partitioned as (
    select
        interactions.*,
        identifier_sets.profile_key,
        case
            when interactions.identifier_set_key is not null
                then identifier_sets.partition_key
            else {{ partition_key(
                'identifier_sets.profile_key', 'interactions.identifier_set_key',
                'interactions.record_key'
            ) }}
        end as partition_key
    from {{ ref('int_interactions_unioned') }} as interactions
    left join identifier_sets
        on interactions.identifier_set_key = identifier_sets.identifier_set_key
),

-- what is not affected goes before orders and names are looked up
interactions as (
    select * from partitioned
    where partition_key is not null and {{ is_affected('partition_key') }}
),

ordered as (
    {{ with_orders('interactions') }}
),

named as (
    {{ named_touchpoints('ordered') }}
),

affected as (
    select
        *,
        -- an interaction without a profile is a session of its own
        case
            when profile_key is null then {{ key_as_row_hash('touchpoint_key') }}
            else {{ row_hash(['channel_code', 'profile_key']) }}
        end as lane_key
    from named
),

-- sessions are cut on few columns; the others are joined to what was cut
sessions as (
    {{ cut_sessions('affected') }}
)

select
    affected.touchpoint_key,
    sessions.session_key,
    sessions.is_entry,
    sessions.is_exit,
    affected.partition_key,
    affected.record_key,
    affected.occurred_at,
    affected.event_key,
    affected.unmapped_event,
    affected.identifier_set_key,
    affected.profile_key,
    affected.order_key,
    affected.item_id,
    affected.campaign,
    affected.region,
    affected.is_referred
from affected
inner join sessions on affected.touchpoint_key = sessions.touchpoint_key
