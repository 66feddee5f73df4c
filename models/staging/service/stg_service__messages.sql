with records as (
    select * from {{ ref('base_service__messages') }}
),

accepted as (
    select
        record_key,
        {{ retained_hash('service', 'messages') }} as record_hash,
        message_id,
        ticket_id,
        {{ public_text('lower(sender)') }} as sender,
        {{ retained_text('service', 'messages', 'message_text') }} as message_text,
        sent_at,
        loaded_at
    from records
    where {{ is_handed_on('service', 'messages') }}
)

select * from accepted
