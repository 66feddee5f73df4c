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
        profile_key
    from {{ ref('int_sets_resolved') }}
    where {{ is_affected('cluster_key') }}
),

logins as (
    select * from {{ ref('int_set_logins') }}
    where {{ is_affected('cluster_key') }}
)

select
    identifier_sets.cluster_key,
    identifier_sets.profile_key,
    logins.identifier_type
from identifier_sets
inner join logins
    on
        identifier_sets.identifier_set_key = logins.identifier_set_key
        and identifier_sets.profile_key <> logins.identifier_key
group by
    identifier_sets.cluster_key,
    identifier_sets.profile_key,
    logins.identifier_type
having min(logins.identifier_key) <> max(logins.identifier_key)
