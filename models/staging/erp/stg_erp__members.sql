with records as (
    select * from {{ ref('base_erp__members') }}
),

accepted as (
    select
        record_key,
        record_hash,
        {{ unerased('member_no') }} as member_no,
        {{ unerased('phone') }} as phone,
        {{ unerased('email') }} as email,
        {{ public_text('customer_tier') }} as customer_tier,
        {{ public_text('region') }} as region,
        registered_at,
        identifier_set_key,
        loaded_at
    from records
    where {{ is_handed_on('erp', 'members') }}
)

select * from accepted
