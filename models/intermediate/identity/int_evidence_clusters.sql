{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    pre_hook="{{ cluster_evidence(
        ref('int_cluster_evidence'), ref('int_cluster_members')
    ) }}"
) }}
-- depends_on: {{ ref('int_cluster_evidence') }}
-- depends_on: {{ ref('int_cluster_members') }}
with evidence as (
    {{ working_evidence() }}
),

components as (
    {{ working_components('clusters') }}
)

select
    evidence.evidence_key,
    -- nothing but blocked values belongs to no cluster: 0
    coalesce(components.component, evidence.hub_key, 0) as cluster_key,
    evidence.input_hash
from evidence
left join components on evidence.hub_key = components.node
