{{ config(materialized='view') }}
with messages as (
    select * from {{ ref('stg_service__messages') }}
),

tickets as (
    select * from {{ ref('stg_service__tickets') }}
)

select
    messages.record_key,
    {{ row_hash(['messages.record_hash', 'tickets.record_hash']) }} as record_hash,
    messages.message_id,
    messages.ticket_id,
    messages.sender,
    messages.message_text,
    messages.sent_at,
    messages.loaded_at,
    tickets.identifier_set_key,
    tickets.order_no,
    tickets.region
from messages
left join tickets on messages.ticket_id = tickets.ticket_id
