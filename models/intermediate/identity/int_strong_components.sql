{{ config(pre_hook="{{ guarded_components(
    ref('int_identity_links'),
    ref('int_identifiers_limited'),
    ref('int_identifiers_kept_apart'),
    'strong_components'
) }}") }}
-- depends_on: {{ ref('int_identity_links') }}
-- depends_on: {{ ref('int_identifiers_limited') }}
-- depends_on: {{ ref('int_identifiers_kept_apart') }}
with components as (
    {{ working_components('strong_components') }}
),

refused as (
    {{ working_components('strong_components_refused') }}
)

select
    coalesce(components.node, refused.node) as identifier_key,
    coalesce(components.component, refused.node) as component,
    refused.component as refused_component
from components
full outer join refused on components.node = refused.node
