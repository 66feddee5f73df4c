{{ config(materialized='view') }}
select
    identifiers.cluster_key,
    identifiers.identifier_set_key,
    identifiers.identifier_type,
    identifiers.identifier_key
from {{ ref('int_identifiers_clustered') }} as identifiers
inner join {{ ref('identifier_rules') }} as rules
    on identifiers.identifier_type = rules.identifier_type
where identifiers.cluster_key <> 0 and rules.strength = 'strong'
