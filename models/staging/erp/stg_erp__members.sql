with records as (
    select * from {{ ref('base_erp__members') }}
),

accepted as (
    select
        record_key,
        record_hash,
        member_no,
        phone,
        email,
        {{ public_text('customer_tier') }} as customer_tier,
        {{ public_text('region') }} as region,
        registered_at,
        identifier_set_key,
        loaded_at
    from records
    where record_status = 'accepted'
)

select * from accepted
