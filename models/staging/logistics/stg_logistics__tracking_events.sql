with records as (
    select * from {{ ref('base_logistics__tracking_events') }}
),

accepted as (
    select
        record_key,
        record_hash,
        tracking_event_id,
        shipment_id,
        {{ public_text('lower(event_name)') }} as event_name,
        order_no,
        {{ unerased('phone') }} as phone,
        {{ public_text('region') }} as region,
        carrier,
        event_time as occurred_at,
        identifier_set_key,
        loaded_at
    from records
    where {{ is_handed_on('logistics', 'tracking_events') }}
)

select * from accepted
