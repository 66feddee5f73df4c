{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    pre_hook="{{ drop_affected(ref('int_identity_clusters'), 'cluster_key') }}",
    post_hook="{{ remember_inputs(ref('int_identity_clusters')) }}"
) }}
with evidence as (
    select
        cluster_key,
        one_key,
        other_key,
        'same_record' as rule_code,
        first_seen_at,
        last_seen_at,
        record_count,
        example_record_key,
        cast(null as {{ double_type() }}) as score
    from {{ ref('int_identifier_pairs') }}
    where {{ is_affected('cluster_key') }}
    union all
    select
        cluster_key,
        one_key,
        other_key,
        'probabilistic' as rule_code,
        cast(null as timestamp) as first_seen_at,
        cast(null as timestamp) as last_seen_at,
        cast(0 as bigint) as record_count,
        cast(null as bigint) as example_record_key,
        score
    from {{ ref('int_links_proposed') }}
    where {{ is_affected('cluster_key') }}
    union all
    select
        cluster_key,
        node as one_key,
        neighbour as other_key,
        'keep_together' as rule_code,
        cast(null as timestamp) as first_seen_at,
        cast(null as timestamp) as last_seen_at,
        cast(0 as bigint) as record_count,
        cast(null as bigint) as example_record_key,
        cast(null as {{ double_type() }}) as score
    from {{ ref('int_identifiers_kept_together') }}
    where {{ is_affected('cluster_key') }}
),

-- blocked identifiers stand in cluster 0, whatever cluster the other end is of
resolved as (
    select * from {{ ref('int_identifiers_resolved') }}
    where cluster_key = 0 or {{ is_affected('cluster_key') }}
),

components as (
    select * from {{ ref('int_strong_components') }}
    where refused_component is not null
),

components_apart as (
    select distinct one.refused_component
    from {{ ref('int_identifiers_kept_apart') }} as apart
    inner join components as one on apart.one_key = one.identifier_key
    inner join components as other
        on
            apart.other_key = other.identifier_key
            and one.refused_component = other.refused_component
),

compared as (
    select
        evidence.*,
        one.user_key,
        other.user_key as other_user_key,
        one.standing as one_standing,
        other.standing as other_standing,
        components_apart.refused_component is not null as is_apart
    from evidence
    inner join resolved as one on evidence.one_key = one.identifier_key
    inner join resolved as other on evidence.other_key = other.identifier_key
    left join components on evidence.one_key = components.identifier_key
    left join components as other_components
        on evidence.other_key = other_components.identifier_key
    left join components_apart
        on
            components.refused_component = components_apart.refused_component
            and other_components.refused_component = components_apart.refused_component
)

select
    {{ hash64(
        "rule_code || ':' || cast(one_key as " ~ text_type() ~ ") || ':' || cast(other_key as " ~ text_type() ~ ")"
    ) }} as link_key,
    cluster_key,
    one_key,
    other_key,
    rule_code,
    coalesce(user_key = other_user_key, false) as is_counted,
    case
        when user_key = other_user_key then null
        when one_standing = 'blocked' or other_standing = 'blocked' then 'blocked_value'
        when one_standing = 'shared' or other_standing = 'shared'
            then 'shared_identifier'
        when is_apart then 'kept_apart'
        else 'per_person_limit'
    end as refusal_reason,
    user_key,
    other_user_key,
    first_seen_at,
    last_seen_at,
    record_count,
    example_record_key,
    score
from compared
