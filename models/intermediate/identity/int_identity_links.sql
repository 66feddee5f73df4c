{{ config(materialized='view') }}
select
    pairs.cluster_key,
    pairs.one_key as node,
    pairs.other_key as neighbour,
    greatest(one_rules.tier, other_rules.tier) as tier
from {{ ref('int_identifier_pairs') }} as pairs
inner join {{ ref('int_identifiers_judged') }} as one
    on pairs.one_key = one.identifier_key
inner join {{ ref('identifier_rules') }} as one_rules
    on one.identifier_type = one_rules.identifier_type
inner join {{ ref('int_identifiers_judged') }} as other
    on pairs.other_key = other.identifier_key
inner join {{ ref('identifier_rules') }} as other_rules
    on other.identifier_type = other_rules.identifier_type
where
    one.standing = 'linking'
    and one.strength = 'strong'
    and other.standing = 'linking'
    and other.strength = 'strong'
union all
-- what only looks alike comes last, so that it joins nobody whom a limit keeps apart
select
    cluster_key,
    one_key as node,
    other_key as neighbour,
    {{ proposal_tier() }} as tier
from {{ ref('int_links_proposed') }}
union all
-- what somebody in charge has decided goes before what records say
select
    cluster_key,
    node,
    neighbour,
    0 as tier
from {{ ref('int_identifiers_kept_together') }}
