with unmapped as (
    select
        source_system,
        source_table,
        channel_code,
        raw_event,
        count(*) as touchpoint_count,
        min(occurred_at) as first_seen_at,
        max(occurred_at) as last_seen_at
    from {{ ref('int_touchpoints_resolved') }}
    where touchpoint_code = 'unmapped'
    group by source_system, source_table, channel_code, raw_event
)

select * from unmapped
