with evidence as (
    select * from {{ ref('int_evidence_clusters') }}
),

blocked_sets as (
    select distinct identifier_set_key
    from {{ ref('int_set_identifiers') }}
    where block_reason is not null
)

select
    cluster_key,
    {{ sum_of_hashes(['evidence_key', 'input_hash']) }} as input_hash
from evidence
where cluster_key <> 0
group by cluster_key
union all
-- blocked values connect nobody: all of them are one cluster of their own
select
    cast(0 as bigint) as cluster_key,
    {{ sum_of_hashes(['evidence.evidence_key', 'evidence.input_hash']) }} as input_hash
from evidence
inner join blocked_sets on evidence.evidence_key = blocked_sets.identifier_set_key
