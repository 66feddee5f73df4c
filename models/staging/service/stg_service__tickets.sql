with records as (
    select * from {{ ref('base_service__tickets') }}
),

accepted as (
    select
        record_key,
        {{ retained_hash('service', 'tickets') }} as record_hash,
        ticket_id,
        {{ unerased('email') }} as email,
        {{ unerased('phone') }} as phone,
        {{ unerased('member_no') }} as member_no,
        {{ unerased('openid') }} as openid,
        {{ unerased('unionid') }} as unionid,
        order_no,
        agent_id,
        contact_channel,
        {{ public_text('region') }} as region,
        {{ retained_text('service', 'tickets', 'subject') }} as subject,
        {{ retained_text('service', 'tickets', 'ticket_text') }} as ticket_text,
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
    where {{ is_handed_on('service', 'tickets') }}
)

select * from accepted
