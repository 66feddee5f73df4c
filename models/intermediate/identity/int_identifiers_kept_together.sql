{{ config(materialized='view') }}
with clusters as (
    select
        pairs.one_key,
        pairs.other_key,
        evidence.cluster_key
    from {{ ref('int_pairs_stated') }} as pairs
    inner join {{ ref('int_evidence_clusters') }} as evidence
        on pairs.evidence_key = evidence.evidence_key
)

select distinct
    clusters.cluster_key,
    overrides.one_key as node,
    overrides.other_key as neighbour
from {{ ref('int_identity_overrides') }} as overrides
inner join clusters
    on overrides.one_key = clusters.one_key and overrides.other_key = clusters.other_key
where
    overrides.decision = 'keep_together'
    and overrides.one_key <> overrides.other_key
    and not overrides.is_blocked
