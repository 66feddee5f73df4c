{{ config(materialized='view') }}
-- several that a decision keeps together count as one
select
    identifiers.cluster_key,
    identifiers.identifier_key as node,
    coalesce(override_groups.group_key, identifiers.identifier_key) as unit_key,
    identifiers.identifier_type,
    rules.per_person_limit
from {{ ref('int_identifiers_judged') }} as identifiers
inner join {{ ref('identifier_rules') }} as rules
    on identifiers.identifier_type = rules.identifier_type
left join {{ ref('int_override_groups') }} as override_groups
    on identifiers.identifier_key = override_groups.identifier_key
where rules.per_person_limit is not null and identifiers.standing <> 'blocked'
