{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    pre_hook="{{ drop_affected(ref('int_identity_clusters'), 'cluster_key') }}",
    post_hook="{{ remember_inputs(ref('int_identity_clusters')) }}"
) }}
with observed as (
    select
        cluster_key,
        identifier_key,
        identifier_type,
        min(first_seen_at) as first_seen_at,
        max(last_seen_at) as last_seen_at,
        cast(sum(record_count) as bigint) as record_count,
        min(identifier_set_key) as example_set_key
    from {{ ref('int_identifiers_clustered') }}
    where {{ is_affected('cluster_key') }}
    group by cluster_key, identifier_key, identifier_type
)

select
    observed.cluster_key,
    observed.identifier_key,
    observed.identifier_type,
    stated.identifier_scope,
    stated.identifier_value,
    stated.block_reason,
    observed.first_seen_at,
    observed.last_seen_at,
    observed.record_count
from observed
inner join {{ ref('int_set_identifiers') }} as stated
    on
        observed.example_set_key = stated.identifier_set_key
        and observed.identifier_key = stated.identifier_key
