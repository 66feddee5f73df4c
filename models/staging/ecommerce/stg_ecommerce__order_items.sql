with records as (
    select * from {{ ref('base_ecommerce__order_items') }}
),

accepted as (
    select
        record_key,
        record_hash,
        order_no,
        line_no,
        {{ public_text('item_id') }} as item_id,
        lower(platform) as platform,
        quantity,
        amount,
        loaded_at
    from records
    where record_status = 'accepted' and {{ is_retained('ecommerce', 'order_items') }}
)

select * from accepted
