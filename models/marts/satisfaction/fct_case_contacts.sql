with contacts as (
    select * from {{ ref('int_contacts_linked') }}
)

select
    {{ key_as_id('record_key') }} as case_contact_id,
    {{ key_as_id('case_key') }} as case_id,
    cast(contact_number as bigint) as contact_number,
    contact_kind,
    touchpoint_code,
    channel_code,
    opened_at,
    answered_at,
    bot_answered_at,
    closed_at
from contacts
