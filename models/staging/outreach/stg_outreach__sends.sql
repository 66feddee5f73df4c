with records as (
    select * from {{ ref('base_outreach__sends') }}
),

accepted as (
    select
        record_key,
        record_hash,
        send_id,
        member_no,
        phone,
        email,
        device_id,
        openid,
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
    where record_status = 'accepted'
)

select * from accepted
