{{ config(materialized='view') }}
with events as (
    select * from {{ ref('stg_production__equipment_events') }}
),

-- a machine is with the customer to whom it was delivered last; without a date, ever since;
-- who has it after a delivery on an order that nobody knows is nobody we know
deliveries as (
    select
        record_key,
        equipment_id,
        order_no,
        order_key,
        identifier_set_key,
        coalesce(delivered_at, timestamp '{{ var("earliest_time") }}') as held_from
    from {{ ref('int_deliveries_identified') }}
    where equipment_id is not null
),

holders as (
    select
        *,
        lead(held_from) over (
            partition by equipment_id
            -- of simultaneous deliveries one on a known order
            order by
                held_from,
                case when order_key is null then 0 else 1 end,
                record_key
        ) as held_until
    from deliveries
)

select
    events.record_key,
    events.record_hash,
    events.equipment_id,
    events.event_name,
    events.occurred_at,
    events.loaded_at,
    case when holders.order_key is not null then holders.order_no end as order_no,
    holders.order_key,
    holders.identifier_set_key
from events
left join holders
    on
        events.equipment_id = holders.equipment_id
        and events.occurred_at >= holders.held_from
        and (events.occurred_at < holders.held_until or holders.held_until is null)
