{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    pre_hook="{{ drop_affected(ref('int_identity_clusters'), 'cluster_key') }}",
    post_hook="{{ remember_inputs(ref('int_identity_clusters')) }}"
) }}
with evidence as (
    select
        evidence_key,
        cluster_key
    from {{ ref('int_evidence_clusters') }}
    where {{ is_affected('cluster_key') }}
),

placed as (
    select
        evidence.cluster_key,
        identifiers.identifier_set_key,
        identifiers.identifier_key,
        identifiers.identifier_type,
        identifiers.is_profile
    from {{ ref('int_set_identifiers') }} as identifiers
    inner join evidence on identifiers.identifier_set_key = evidence.evidence_key
    where identifiers.block_reason is null
    union all
    select
        cast(0 as bigint) as cluster_key,
        identifier_set_key,
        identifier_key,
        identifier_type,
        is_profile
    from {{ ref('int_set_identifiers') }}
    where block_reason is not null and {{ is_affected('0', 'cluster_key') }}
)

select
    placed.cluster_key,
    placed.identifier_set_key,
    placed.identifier_key,
    placed.identifier_type,
    placed.is_profile,
    records.first_seen_at,
    records.last_seen_at,
    records.record_count,
    records.example_record_key
from placed
inner join {{ ref('int_set_records') }} as records
    on placed.identifier_set_key = records.identifier_set_key
