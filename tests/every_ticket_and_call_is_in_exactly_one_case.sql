-- Tickets and calls in scope against the contacts of cases, and contacts against cases.
with requests as (
    select touchpoint_key as record_key
    from {{ ref('int_touchpoints_resolved') }}
    where source_table in ('tickets', 'calls')
),

contacts as (
    select
        record_key,
        case_key,
        contact_kind in ('ticket', 'call') as is_request
    from {{ ref('int_contacts_linked') }}
),

cases as (
    select
        case_key,
        contact_count
    from {{ ref('int_cases_assessed') }}
),

counted as (
    select
        case_key,
        count(*) as contact_count
    from contacts
    group by case_key
)

select
    'a request in no case or several' as fault,
    coalesce(requests.record_key, contacts.record_key) as one_key
from requests
full outer join contacts on requests.record_key = contacts.record_key
where
    (requests.record_key is null and contacts.is_request)
    or contacts.record_key is null
group by coalesce(requests.record_key, contacts.record_key)
union all
select
    'a case whose contacts are not its own' as fault,
    coalesce(cases.case_key, counted.case_key) as one_key
from cases
full outer join counted on cases.case_key = counted.case_key
where cases.contact_count is distinct from counted.contact_count
