with records as (
    select * from {{ ref('base_service__messages') }}
),

accepted as (
    select
        record_key,
        record_hash,
        message_id,
        ticket_id,
        lower(sender) as sender,
        message_text,
        sent_at,
        loaded_at
    from records
    where record_status = 'accepted'
)

select * from accepted
