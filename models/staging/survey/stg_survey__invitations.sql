with records as (
    select * from {{ ref('base_survey__invitations') }}
),

accepted as (
    select
        record_key,
        record_hash,
        invitation_id,
        survey_id,
        phone,
        email,
        member_no,
        openid,
        order_no,
        touchpoint_code,
        sent_at,
        delivered_at,
        identifier_set_key,
        loaded_at
    from records
    where record_status = 'accepted'
)

select * from accepted
