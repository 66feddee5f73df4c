with event_mappings as (
    select * from {{ ref('event_mappings') }}
    where {{ of_this_industry() }}
),

touchpoints as (
    select * from {{ ref('touchpoints') }}
    where {{ of_this_industry() }}
),

tables as (
    {%- for system, table in landed_tables() %}
    select
        '{{ system }}' as source_system,
        '{{ table }}' as source_table
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

unmapped as (
    select distinct
        tables.source_system,
        tables.source_table,
        channel_mappings.channel_code,
        cast(null as {{ text_type() }}) as raw_event,
        'unmapped' as touchpoint_code
    from tables
    inner join {{ ref('channel_mappings') }} as channel_mappings
        on tables.source_system = channel_mappings.source_system
),

events as (
    select
        source_system,
        source_table,
        channel_code,
        raw_event,
        touchpoint_code
    from event_mappings
    union all
    select
        source_system,
        source_table,
        channel_code,
        raw_event,
        touchpoint_code
    from unmapped
)

select
    {{ hash64(
        "events.source_system || '.' || events.source_table"
        ~ " || '.' || events.channel_code || ':' || coalesce(events.raw_event, '')"
    ) }} as event_key,
    events.source_system,
    events.source_table,
    events.channel_code,
    events.raw_event,
    events.touchpoint_code,
    touchpoints.interaction_type,
    touchpoints.is_attributable,
    touchpoints.is_page_view
from events
inner join touchpoints on events.touchpoint_code = touchpoints.touchpoint_code
