with records as (
    select * from {{ ref('base_production__deliveries') }}
),

accepted as (
    select
        record_key,
        record_hash,
        delivery_id,
        {{ public_text('batch_no') }} as batch_no,
        order_no,
        {{ public_text('equipment_id') }} as equipment_id,
        delivered_at,
        loaded_at
    from records
    where record_status = 'accepted' and {{ is_retained('production', 'deliveries') }}
)

select * from accepted
