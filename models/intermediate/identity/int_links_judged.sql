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
        one_key,
        other_key,
        'keep_together' as rule_code,
        cast(null as timestamp) as first_seen_at,
        cast(null as timestamp) as last_seen_at,
        cast(0 as bigint) as record_count,
        cast(null as bigint) as example_record_key,
        cast(null as {{ double_type() }}) as score
    from {{ ref('int_decisions_linked') }}
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

kept_apart as (
    select * from {{ ref('int_identifiers_kept_apart') }}
),

components_apart as (
    select distinct
        one.refused_tier,
        one.refused_component
    from kept_apart
    inner join components as one on kept_apart.one_key = one.identifier_key
    inner join components as other
        on
            kept_apart.other_key = other.identifier_key
            and one.refused_tier = other.refused_tier
            and one.refused_component = other.refused_component
),

placed as (
    select
        evidence.*,
        one.user_key,
        other.user_key as other_user_key,
        one.standing as one_standing,
        other.standing as other_standing,
        one.strength = 'weak' or other.strength = 'weak' as is_weak,
        one.strength <> other.strength
        and (one.is_kept_apart or other.is_kept_apart) as is_kept_from_a_person,
        case
            when evidence.rule_code = 'keep_together' then 0
            when evidence.rule_code = 'probabilistic' then {{ proposal_tier() }}
            else greatest(one_rules.tier, other_rules.tier)
        end as tier
    from evidence
    inner join resolved as one on evidence.one_key = one.identifier_key
    inner join resolved as other on evidence.other_key = other.identifier_key
    inner join {{ ref('identifier_rules') }} as one_rules
        on one.identifier_type = one_rules.identifier_type
    inner join {{ ref('identifier_rules') }} as other_rules
        on other.identifier_type = other_rules.identifier_type
),

-- a link that a limit or a decision refuses was part of one join of its own tier
compared as (
    select
        placed.*,
        placed.is_kept_from_a_person
        or kept_apart.one_key is not null
        or components_apart.refused_component is not null as is_apart
    from placed
    left join components
        on
            placed.one_key = components.identifier_key
            and placed.tier = components.refused_tier
    left join components_apart
        on
            components.refused_tier = components_apart.refused_tier
            and components.refused_component = components_apart.refused_component
    left join kept_apart
        on
            placed.one_key = kept_apart.one_key
            and placed.other_key = kept_apart.other_key
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
        when is_weak then 'weak_identifier'
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
