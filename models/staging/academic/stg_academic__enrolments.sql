with records as (
    select * from {{ ref('base_academic__enrolments') }}
),

accepted as (
    select
        record_key,
        record_hash,
        enrolment_id,
        {{ unerased('student_no') }} as student_no,
        {{ public_text('course_id') }} as course_id,
        {{ unerased('phone') }} as phone,
        {{ unerased('email') }} as email,
        {{ unerased('openid') }} as openid,
        {{ public_text('upper(currency)') }} as currency_code,
        {{ public_text('lower(status)') }} as status,
        amount,
        enrolled_at,
        identifier_set_key,
        loaded_at
    from records
    where {{ is_handed_on('academic', 'enrolments') }}
)

select * from accepted
