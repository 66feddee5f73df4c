with records as (
    select * from {{ ref('base_crm__contacts') }}
),

accepted as (
    select
        record_key,
        record_hash,
        {{ unerased('contact_id') }} as contact_id,
        {{ unerased('member_no') }} as member_no,
        {{ unerased('phone') }} as phone,
        {{ unerased('email') }} as email,
        {{ unerased('unionid') }} as unionid,
        {{ unerased('openid') }} as openid,
        {{ unerased('buyer_id') }} as buyer_id,
        {{ unerased('device_id') }} as device_id,
        lower(platform) as platform,
        {{ unerased('full_name') }} as full_name,
        {{ unerased('gender') }} as gender,
        {{ public_text('region') }} as region,
        {{ public_text('customer_tier') }} as customer_tier,
        birth_date,
        created_at,
        updated_at,
        identifier_set_key,
        loaded_at
    from records
    where {{ is_handed_on('crm', 'contacts') }}
)

select * from accepted
