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
        {{ unerased('message_text') }} as message_text,
        sent_at,
        loaded_at
    from records
    where {{ is_handed_on() }}
)

select * from accepted
