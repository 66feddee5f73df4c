with records as (
    select * from {{ ref('base_ecommerce__reviews') }}
),

accepted as (
    select
        record_key,
        record_hash,
        review_id,
        order_no,
        buyer_id,
        {{ public_text('item_id') }} as item_id,
        lower(platform) as platform,
        review_text,
        rating,
        event_time as occurred_at,
        identifier_set_key,
        loaded_at
    from records
    where record_status = 'accepted'
)

select * from accepted
