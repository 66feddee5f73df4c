{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    pre_hook="{{ drop_affected(ref('int_identity_clusters'), 'cluster_key') }}",
    post_hook="{{ remember_inputs(ref('int_identity_clusters')) }}"
) }}
with identifier_sets as (
    select
        cluster_key,
        identifier_set_key,
        user_key
    from {{ ref('int_sets_resolved') }}
    where user_key is not null and {{ is_affected('cluster_key') }}
)

select
    identifier_sets.cluster_key,
    identifier_sets.user_key,
    min(records.first_seen_at) as first_seen_at,
    max(records.last_seen_at) as last_seen_at
from identifier_sets
inner join {{ ref('int_set_records') }} as records
    on identifier_sets.identifier_set_key = records.identifier_set_key
group by identifier_sets.cluster_key, identifier_sets.user_key
