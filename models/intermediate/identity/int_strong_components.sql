{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    pre_hook=[
        "{{ drop_affected(ref('int_identity_clusters'), 'cluster_key') }}",
        "{{ guarded_components(
            working_part(ref('int_identity_links'), 'strong_links'),
            working_part(ref('int_identifiers_limited'), 'strong_limited'),
            ref('int_identifiers_kept_apart'),
            ref('int_joins_once_refused'),
            'strong_components'
        ) }}",
    ],
    post_hook="{{ remember_inputs(ref('int_identity_clusters')) }}"
) }}
-- depends_on: {{ ref('int_identity_links') }}
-- depends_on: {{ ref('int_identifiers_limited') }}
-- depends_on: {{ ref('int_identifiers_kept_apart') }}
-- depends_on: {{ ref('int_joins_once_refused') }}
with components as (
    {{ working_components('strong_components') }}
),

refused as (
    {{ working_refusals('strong_components') }}
),

joined as (
    select
        coalesce(components.node, refused.node) as identifier_key,
        coalesce(components.component, refused.node) as component,
        refused.tier as refused_tier,
        refused.component as refused_component
    from components
    full outer join refused on components.node = refused.node
),

decided as (
    select
        cluster_key,
        node as identifier_key
    from {{ ref('int_identifiers_kept_together') }}
    union
    select
        cluster_key,
        neighbour as identifier_key
    from {{ ref('int_identifiers_kept_together') }}
)

select
    coalesce(identifiers.cluster_key, decided.cluster_key) as cluster_key,
    joined.identifier_key,
    joined.component,
    joined.refused_tier,
    joined.refused_component
from joined
left join {{ ref('int_identifiers_judged') }} as identifiers
    on joined.identifier_key = identifiers.identifier_key
-- a decision may name an identifier that no record has shown yet
left join decided on joined.identifier_key = decided.identifier_key
