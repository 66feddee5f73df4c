{{ config(pre_hook="{{
    connected_components(ref('int_identity_links'), 'strong_components')
}}") }}
-- depends_on: {{ ref('int_identity_links') }}
with components as (
    {%- if execute and not flags.EMPTY %}
    select
        node,
        component
    from strong_components
    {%- else %}
    select
        cast(null as bigint) as node,
        cast(null as bigint) as component
    where 1 = 0
    {%- endif %}
)

select
    node as identifier_key,
    component
from components
