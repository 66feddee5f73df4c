with blocked as (
    select identifier_key
    from {{ ref('int_identifiers_observed') }}
    where block_reason is not null
),

used as (
    select
        identifier_key,
        'counts as a partner' as fault
    from {{ ref('int_identifier_partners') }}
    union all
    select
        node as identifier_key,
        'links somebody' as fault
    from {{ ref('int_identity_links') }}
    union all
    select
        neighbour as identifier_key,
        'links somebody' as fault
    from {{ ref('int_identity_links') }}
    union all
    select
        identifier_key,
        'has a person' as fault
    from {{ ref('int_identifiers_resolved') }}
    where user_key is not null or standing <> 'blocked'
    union all
    select
        profile_key as identifier_key,
        'is the profile of records' as fault
    from {{ ref('int_identifier_sets_resolved') }}
    union all
    select
        person_identifier_key as identifier_key,
        'names the person of records' as fault
    from {{ ref('int_identifier_sets_resolved') }}
)

select distinct
    blocked.identifier_key,
    used.fault
from blocked
inner join used on blocked.identifier_key = used.identifier_key
