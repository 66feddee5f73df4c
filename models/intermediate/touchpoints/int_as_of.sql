-- depends_on: {{ ref('int_touchpoints_sessionised') }}
{{ config(materialized='view') }}
{%- if var('as_of') %}
select cast('{{ var("as_of") }}' as timestamp) as as_of
{%- else %}
select max(occurred_at) as as_of
from {{ ref('int_touchpoints_sessionised') }}
{%- endif %}
