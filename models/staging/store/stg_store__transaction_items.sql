with records as (
    select * from {{ ref('base_store__transaction_items') }}
),

accepted as (
    select
        record_key,
        record_hash,
        receipt_no,
        store_id,
        line_no,
        {{ public_text('item_id') }} as item_id,
        till_id,
        quantity,
        amount,
        loaded_at
    from records
    where record_status = 'accepted' and {{ is_retained('store', 'transaction_items') }}
)

select * from accepted
