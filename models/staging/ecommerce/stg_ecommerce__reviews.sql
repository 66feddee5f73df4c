with records as (
    select * from {{ ref('base_ecommerce__reviews') }}
),

accepted as (
    select
        record_key,
        {{ retained_hash('ecommerce', 'reviews') }} as record_hash,
        review_id,
        order_no,
        {{ unerased('buyer_id') }} as buyer_id,
        {{ public_text('item_id') }} as item_id,
        lower(platform) as platform,
        {{ retained_text('ecommerce', 'reviews', 'review_text') }} as review_text,
        rating,
        event_time as occurred_at,
        identifier_set_key,
        loaded_at
    from records
    where {{ is_handed_on('ecommerce', 'reviews') }}
)

select * from accepted
