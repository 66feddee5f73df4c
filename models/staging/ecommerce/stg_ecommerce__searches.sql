with records as (
    select * from {{ ref('base_ecommerce__searches') }}
),

accepted as (
    select
        record_key,
        {{ retained_hash('ecommerce', 'searches') }} as record_hash,
        search_id,
        {{ unerased('buyer_id') }} as buyer_id,
        {{ public_text('clicked_item_id') }} as clicked_item_id,
        {{ retained_text('ecommerce', 'searches', 'search_term') }} as search_term,
        lower(platform) as platform,
        result_count,
        event_time as occurred_at,
        identifier_set_key,
        loaded_at
    from records
    where {{ is_handed_on('ecommerce', 'searches') }}
)

select * from accepted
