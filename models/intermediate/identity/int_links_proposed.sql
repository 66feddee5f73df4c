{{ config(materialized='view') }}
with linking as (
    select
        cluster_key,
        identifier_key
    from {{ ref('int_identifiers_judged') }}
    where standing = 'linking' and strength = 'strong'
)

select
    one.cluster_key,
    proposed.one_key,
    proposed.other_key,
    proposed.score
from {{ ref('int_contacts_proposed') }} as proposed
inner join linking as one on proposed.one_key = one.identifier_key
inner join linking as other on proposed.other_key = other.identifier_key
