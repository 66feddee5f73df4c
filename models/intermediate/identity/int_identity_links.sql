{{ config(materialized='view') }}
with linking as (
    select
        identifiers.cluster_key,
        identifiers.identifier_key,
        rules.tier
    from {{ ref('int_identifiers_judged') }} as identifiers
    inner join {{ ref('identifier_rules') }} as rules
        on identifiers.identifier_type = rules.identifier_type
    where identifiers.standing = 'linking' and identifiers.strength = 'strong'
)

select
    one.cluster_key,
    pairs.one_key as node,
    pairs.other_key as neighbour,
    greatest(one.tier, other.tier) as tier
from {{ ref('int_identifier_pairs') }} as pairs
inner join linking as one on pairs.one_key = one.identifier_key
inner join linking as other on pairs.other_key = other.identifier_key
union all
-- what only looks alike comes last, so that it joins nobody whom a limit keeps apart
select
    cluster_key,
    one_key as node,
    other_key as neighbour,
    5 as tier
from {{ ref('int_links_proposed') }}
union all
-- what somebody in charge has decided goes before what records say
select
    cluster_key,
    node,
    neighbour,
    0 as tier
from {{ ref('int_identifiers_kept_together') }}
