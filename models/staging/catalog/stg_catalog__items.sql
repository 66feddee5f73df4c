with records as (
    select * from {{ ref('base_catalog__items') }}
),

accepted as (
    select
        record_key,
        record_hash,
        {{ public_text('item_id') }} as item_id,
        {{ public_text('item_name') }} as item_name,
        {{ public_text('category') }} as category,
        price,
        loaded_at
    from records
    where record_status = 'accepted' and {{ is_retained('catalog', 'items') }}
)

select * from accepted
