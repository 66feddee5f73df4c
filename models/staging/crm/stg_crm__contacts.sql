with records as (
    select * from {{ ref('base_crm__contacts') }}
),

accepted as (
    select
        record_key,
        record_hash,
        contact_id,
        member_no,
        phone,
        email,
        unionid,
        openid,
        buyer_id,
        device_id,
        lower(platform) as platform,
        full_name,
        gender,
        {{ public_text('region') }} as region,
        {{ public_text('customer_tier') }} as customer_tier,
        birth_date,
        created_at,
        updated_at,
        identifier_set_key,
        loaded_at
    from records
    where record_status = 'accepted'
)

select * from accepted
