with records as (
    select * from {{ ref('base_production__batches') }}
),

accepted as (
    select
        record_key,
        record_hash,
        {{ public_text('batch_no') }} as batch_no,
        {{ public_text('item_id') }} as item_id,
        {{ public_text('line_id') }} as line_id,
        {{ public_text('plant') }} as plant,
        quantity,
        produced_at,
        loaded_at
    from records
    where record_status = 'accepted' and {{ is_retained('production', 'batches') }}
)

select * from accepted
