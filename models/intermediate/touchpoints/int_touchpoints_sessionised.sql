{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    pre_hook="{{ drop_affected(ref('int_partition_inputs'), 'partition_key') }}",
    post_hook="{{ remember_inputs(ref('int_partition_inputs')) }}"
) }}
with identifier_sets as (
    select * from {{ ref('int_set_inputs') }}
    where {{ is_affected('partition_key') }}
),

-- an inner join lets the engine look at the affected sets alone
touchpoints as (
    select
        touchpoints.*,
        identifier_sets.profile_key
    from {{ ref('int_touchpoints_named') }} as touchpoints
    inner join identifier_sets
        on touchpoints.identifier_set_key = identifier_sets.identifier_set_key
    union all
    select
        touchpoints.*,
        cast(null as bigint) as profile_key
    from {{ ref('int_touchpoints_named') }} as touchpoints
    where touchpoints.identifier_set_key is null
),

partitioned as (
    select
        *,
        {{ partition_key('profile_key', 'identifier_set_key', 'record_key') }}
            as partition_key,
        -- an interaction without a profile is a session of its own
        case
            when profile_key is null then {{ key_as_row_hash('touchpoint_key') }}
            else {{ row_hash(['channel_code', 'profile_key']) }}
        end as lane_key
    from touchpoints
),

affected as (
    select * from partitioned
    where {{ is_affected('partition_key') }}
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
