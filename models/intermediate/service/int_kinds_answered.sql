-- what never tells an answer does not say that nobody answered
with answered as (
    select
        'ticket' as contact_kind,
        '(all)' as contact_type
    from {{ ref('stg_service__tickets') }}
    where first_response_at is not null
    union all
    select
        'ticket' as contact_kind,
        '(all)' as contact_type
    from {{ ref('stg_service__messages') }}
    where sender in ('agent', 'bot')
    union all
    select
        'call' as contact_kind,
        '(all)' as contact_type
    from {{ ref('stg_hotline__calls') }}
    where answered_at is not null
    union all
    select
        'enquiry' as contact_kind,
        activity_type as contact_type
    from {{ ref('stg_crm__activities') }}
    where responded_at is not null
)

select distinct
    contact_kind,
    contact_type
from answered
