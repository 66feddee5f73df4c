{{ config(materialized='view') }}
with interactions as (
    select * from {{ ref('int_interactions_ordered') }}
),

channel_mappings as (
    select * from {{ ref('channel_mappings') }}
),

events as (
    select * from {{ ref('int_events_defined') }}
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
            "cast(channelled.record_key as " ~ text_type() ~ ") || ':' || channelled.part_code"
        ) }}
    end as touchpoint_key,
    channelled.record_key,
    channelled.occurred_at,
    coalesce(mapped.event_key, unmapped.event_key) as event_key,
    case when mapped.event_key is null then channelled.raw_event end as unmapped_event,
    channelled.channel_code,
    channelled.identifier_set_key,
    channelled.order_key,
    channelled.item_id,
    channelled.campaign,
    channelled.region,
    channelled.is_referred
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
        and unmapped.raw_event is null
