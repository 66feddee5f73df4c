with records as (
    select * from {{ ref('base_ecommerce__orders') }}
),

accepted as (
    select
        record_key,
        record_hash,
        order_no,
        {{ unerased('buyer_id') }} as buyer_id,
        {{ unerased('phone') }} as phone,
        {{ unerased('email') }} as email,
        {{ unerased('member_no') }} as member_no,
        lower(platform) as platform,
        lower(status) as status,
        {{ public_text('upper(currency)') }} as currency_code,
        {{ public_text('region') }} as region,
        amount,
        refund_amount,
        created_at,
        paid_at,
        shipped_at,
        received_at,
        cancelled_at,
        refunded_at,
        identifier_set_key,
        loaded_at
    from records
    where {{ is_handed_on('ecommerce', 'orders') }}
)

select * from accepted
