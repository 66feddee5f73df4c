with records as (
    select * from {{ ref('base_his__appointments') }}
),

accepted as (
    select
        record_key,
        record_hash,
        appointment_id,
        {{ unerased('patient_no') }} as patient_no,
        {{ unerased('phone') }} as phone,
        {{ unerased('openid') }} as openid,
        department,
        doctor_id,
        {{ public_text('lower(status)') }} as status,
        {{ public_text('region') }} as region,
        booked_at,
        visit_at,
        identifier_set_key,
        loaded_at
    from records
    where {{ is_handed_on('his', 'appointments') }}
)

select * from accepted
