{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    pre_hook="{{ drop_affected(ref('int_identity_clusters'), 'cluster_key') }}",
    post_hook="{{ remember_inputs(ref('int_identity_clusters')) }}"
) }}
with type_ranks as (
    select
        identifier_type,
        row_number() over (order by priority, identifier_type) as type_rank
    from {{ ref('identifier_rules') }}
),

-- a set has one identifier of a type
set_identifiers as (
    select
        identifiers.cluster_key,
        identifiers.identifier_set_key,
        identifiers.identifier_key,
        resolved.user_key,
        case when identifiers.is_profile then 0 else type_ranks.type_rank end
            as profile_rank,
        case when identifiers.is_profile then 0 else type_ranks.type_rank end
        + case when resolved.standing = 'linking' then 0 else 1000 end as person_rank
    from {{ ref('int_identifiers_clustered') }} as identifiers
    inner join {{ ref('int_identifiers_resolved') }} as resolved
        on identifiers.identifier_key = resolved.identifier_key
    inner join type_ranks on identifiers.identifier_type = type_ranks.identifier_type
    where identifiers.cluster_key <> 0 and {{ is_affected('identifiers.cluster_key') }}
),

identifier_sets as (
    select
        cluster_key,
        identifier_set_key,
        {{ value_at_first('identifier_key', ['profile_rank']) }} as profile_key,
        {{ value_at_first('user_key', ['person_rank']) }} as user_key,
        {{ value_at_first('identifier_key', ['person_rank']) }} as person_identifier_key
    from set_identifiers
    group by cluster_key, identifier_set_key
),

known_users as (
    select distinct user_key
    from {{ ref('int_identifiers_resolved') }}
    where
        strength = 'strong'
        and standing = 'linking'
        and {{ is_affected('cluster_key') }}
)

select
    identifier_sets.cluster_key,
    identifier_sets.identifier_set_key,
    identifier_sets.profile_key,
    identifier_sets.user_key,
    identifier_sets.person_identifier_key,
    known_users.user_key is not null as is_known
from identifier_sets
left join known_users on identifier_sets.user_key = known_users.user_key
