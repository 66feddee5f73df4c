{#- Select of interactions as touchpoints: touchpoint_key, channel_code, event_key and unmapped_event beside what they have. An
    event that no mapping knows is touchpoint `unmapped` of its channel. `interactions`: a CTE with record_key, part_code,
    source_system, source_table, platform and raw_event. -#}
{%- macro named_touchpoints(interactions) -%}
with channelled as (
    select
        interactions.*,
        coalesce(
            channel_mappings.channel_code, default_mappings.channel_code
        ) as channel_code
    from {{ interactions }} as interactions
    left join {{ ref('channel_mappings') }} as channel_mappings
        on
            interactions.source_system = channel_mappings.source_system
            and coalesce(interactions.platform, '(none)') = channel_mappings.platform
    left join {{ ref('channel_mappings') }} as default_mappings
        on
            interactions.source_system = default_mappings.source_system
            and default_mappings.platform = '*'
)

select
    channelled.*,
    case
        when channelled.part_code = '' then channelled.record_key
        else {{ hash64(
            "cast(channelled.record_key as " ~ text_type() ~ ") || ':' || channelled.part_code"
        ) }}
    end as touchpoint_key,
    coalesce(mapped.event_key, unmapped.event_key) as event_key,
    case when mapped.event_key is null then channelled.raw_event end as unmapped_event
from channelled
left join {{ ref('int_events_defined') }} as mapped
    on
        channelled.source_system = mapped.source_system
        and channelled.source_table = mapped.source_table
        and channelled.channel_code = mapped.channel_code
        and channelled.raw_event = mapped.raw_event
left join {{ ref('int_events_defined') }} as unmapped
    on
        channelled.source_system = unmapped.source_system
        and channelled.source_table = unmapped.source_table
        and channelled.channel_code = unmapped.channel_code
        and unmapped.raw_event is null
{%- endmacro -%}
