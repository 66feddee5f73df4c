with linking as (
    select identifier_key
    from {{ ref('int_identifiers_judged') }}
    where standing = 'linking' and strength = 'strong'
)

select
    pairs.identifier_key as node,
    pairs.partner_key as neighbour
from {{ ref('int_identifier_pairs') }} as pairs
inner join linking as one on pairs.identifier_key = one.identifier_key
inner join linking as other on pairs.partner_key = other.identifier_key
where pairs.identifier_key < pairs.partner_key
