{{ config(materialized='view') }}
with interactions as (
    select * from {{ ref('int_interactions_unioned') }}
),

channel_mappings as (
    select * from {{ ref('channel_mappings') }}
),

events as (
    select * from {{ ref('int_events_defined') }}
),

identifier_sets as (
    select
        identifier_set_key,
        profile_key
    from {{ ref('int_identifier_sets_resolved') }}
),

orders as (
    select order_key
    from {{ ref('int_orders_unioned') }}
),

orders_by_number as (
    select
        order_no,
        max(only_order_key) as order_key
    from {{ ref('int_order_numbers') }}
    group by order_no
),

orders_by_platform as (
    select * from {{ ref('int_order_numbers') }}
),

channelled as (
    select
        interactions.*,
        coalesce(
            channel_mappings.channel_code, default_mappings.channel_code
        ) as channel_code
    from interactions
    left join channel_mappings
        on
            interactions.source_system = channel_mappings.source_system
            and coalesce(interactions.platform, '(none)') = channel_mappings.platform
    left join channel_mappings as default_mappings
        on
            interactions.source_system = default_mappings.source_system
            and default_mappings.platform = '*'
)

select
    case
        when channelled.part_code = '' then channelled.record_key
        else {{ hash64(
            "cast(channelled.record_key as varchar) || ':' || channelled.part_code"
        ) }}
    end as touchpoint_key,
    channelled.record_key,
    channelled.occurred_at,
    coalesce(mapped.event_key, unmapped.event_key) as event_key,
    case when mapped.event_key is null then channelled.raw_event end as unmapped_event,
    channelled.channel_code,
    channelled.identifier_set_key,
    identifier_sets.profile_key,
    -- an order's own record, else the order whose number the record carries
    coalesce(
        orders.order_key,
        orders_by_platform.order_key,
        orders_by_number.order_key
    ) as order_key,
    channelled.item_id,
    channelled.campaign,
    channelled.region
from channelled
left join events as mapped
    on
        channelled.source_system = mapped.source_system
        and channelled.source_table = mapped.source_table
        and channelled.channel_code = mapped.channel_code
        and channelled.raw_event = mapped.raw_event
left join events as unmapped
    on
        channelled.source_system = unmapped.source_system
        and channelled.source_table = unmapped.source_table
        and channelled.channel_code = unmapped.channel_code
        and unmapped.touchpoint_code = 'unmapped'
left join identifier_sets
    on channelled.identifier_set_key = identifier_sets.identifier_set_key
left join orders on channelled.record_key = orders.order_key
left join orders_by_number on channelled.order_no = orders_by_number.order_no
left join orders_by_platform
    on
        channelled.order_no = orders_by_platform.order_no
        and channelled.platform = orders_by_platform.platform
