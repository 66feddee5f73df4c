with records as (
    select * from {{ ref('base_service__tickets') }}
),

accepted as (
    select
        record_key,
        record_hash,
        ticket_id,
        email,
        phone,
        member_no,
        openid,
        unionid,
        order_no,
        agent_id,
        contact_channel,
        {{ public_text('region') }} as region,
        subject,
        ticket_text,
        source_category,
        lower(first_responder) as first_responder,
        rating,
        is_complaint,
        opened_at,
        first_response_at,
        resolved_at,
        rated_at,
        identifier_set_key,
        loaded_at
    from records
    where record_status = 'accepted'
)

select * from accepted
