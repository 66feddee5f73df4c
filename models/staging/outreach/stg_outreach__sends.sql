with records as (
    select * from {{ ref('base_outreach__sends') }}
),

accepted as (
    select
        record_key,
        record_hash,
        send_id,
        {{ unerased('member_no') }} as member_no,
        {{ unerased('phone') }} as phone,
        {{ unerased('email') }} as email,
        {{ unerased('device_id') }} as device_id,
        {{ unerased('openid') }} as openid,
        {{ public_text('lower(medium)') }} as medium,
        {{ public_text('campaign') }} as campaign,
        is_holdout,
        sent_at,
        delivered_at,
        opened_at,
        clicked_at,
        responded_at,
        identifier_set_key,
        loaded_at
    from records
    where {{ is_handed_on('outreach', 'sends') }}
)

select * from accepted
