{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    pre_hook="{{ drop_affected(ref('int_identity_clusters'), 'cluster_key') }}",
    post_hook="{{ remember_inputs(ref('int_identity_clusters')) }}"
) }}
with affected as (
    select * from {{ ref('int_identifiers_clustered') }}
    where {{ is_affected('cluster_key') }}
),

pairs as (
    select
        one.cluster_key,
        one.cluster_key <> 0 and other.cluster_key <> 0 as may_link,
        one.identifier_key < other.identifier_key as is_in_order,
        one.identifier_key,
        one.identifier_type,
        other.identifier_key as partner_key,
        other.identifier_type as partner_type,
        one.first_seen_at,
        one.last_seen_at,
        one.record_count,
        one.example_record_key
    from affected as one
    inner join {{ ref('int_identifiers_clustered') }} as other
        on one.identifier_set_key = other.identifier_set_key
    where
        -- a pair with one blocked end goes with the other one
        (one.cluster_key <> 0 and other.cluster_key = 0)
        or (
            one.cluster_key = other.cluster_key
            and one.identifier_key < other.identifier_key
        )
)

select
    cluster_key,
    may_link,
    case when is_in_order then identifier_key else partner_key end as one_key,
    case when is_in_order then partner_key else identifier_key end as other_key,
    case when is_in_order then identifier_type else partner_type end as one_type,
    case when is_in_order then partner_type else identifier_type end as other_type,
    min(first_seen_at) as first_seen_at,
    max(last_seen_at) as last_seen_at,
    cast(sum(record_count) as bigint) as record_count,
    min(example_record_key) as example_record_key
from pairs
group by
    cluster_key,
    may_link,
    case when is_in_order then identifier_key else partner_key end,
    case when is_in_order then partner_key else identifier_key end,
    case when is_in_order then identifier_type else partner_type end,
    case when is_in_order then partner_type else identifier_type end
