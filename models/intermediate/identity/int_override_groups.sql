{{ config(pre_hook="{{
    connected_components(ref('int_identifiers_kept_together'), 'override_groups')
}}") }}
-- depends_on: {{ ref('int_identifiers_kept_together') }}
with components as (
    {{ working_components('override_groups') }}
)

select
    node as identifier_key,
    component as group_key
from components
