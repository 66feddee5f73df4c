{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    pre_hook="{{ drop_affected(ref('int_identity_clusters'), 'cluster_key') }}",
    post_hook="{{ remember_inputs(ref('int_identity_clusters')) }}"
) }}
with identifiers as (
    select * from {{ ref('int_identifiers_observed') }}
    where {{ is_affected('cluster_key') }}
),

identifier_rules as (
    select * from {{ ref('identifier_rules') }}
),

shared as (
    select distinct identifier_key
    from {{ ref('int_sharing_limits_passed') }}
    where {{ is_affected('cluster_key') }}
)

select
    identifiers.cluster_key,
    identifiers.identifier_key,
    identifiers.identifier_type,
    identifiers.first_seen_at,
    identifier_rules.strength,
    identifier_rules.priority,
    case
        when identifiers.block_reason is not null then 'blocked'
        when shared.identifier_key is not null then 'shared'
        else 'linking'
    end as standing
from identifiers
inner join identifier_rules
    on identifiers.identifier_type = identifier_rules.identifier_type
left join shared on identifiers.identifier_key = shared.identifier_key
