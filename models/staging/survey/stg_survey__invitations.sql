with records as (
    select * from {{ ref('base_survey__invitations') }}
),

accepted as (
    select
        record_key,
        record_hash,
        invitation_id,
        survey_id,
        {{ unerased('phone') }} as phone,
        {{ unerased('email') }} as email,
        {{ unerased('member_no') }} as member_no,
        {{ unerased('openid') }} as openid,
        order_no,
        touchpoint_code,
        sent_at,
        delivered_at,
        identifier_set_key,
        loaded_at
    from records
    where {{ is_handed_on('survey', 'invitations') }}
)

select * from accepted
