with records as (
    select * from {{ ref('base_production__equipment_events') }}
),

accepted as (
    select
        record_key,
        record_hash,
        equipment_event_id,
        {{ public_text('equipment_id') }} as equipment_id,
        {{ public_text('lower(event_name)') }} as event_name,
        {{ public_text('batch_no') }} as batch_no,
        {{ public_text('line_id') }} as line_id,
        lower(severity) as severity,
        reading,
        event_time as occurred_at,
        loaded_at
    from records
    where
        record_status = 'accepted'
        and {{ is_retained('production', 'equipment_events') }}
)

select * from accepted
