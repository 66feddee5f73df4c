{{ config(materialized='view') }}
with steps as (
    select * from {{ ref('int_journey_steps') }}
)

{%- for level in journey_levels() %}
select
    stretch_key,
    '{{ level }}' as level,
    cast(null as {{ text_type() }}) as from_code,
    {{ level }}_code as to_code,
    cast(null as timestamp) as from_occurred_at,
    occurred_at as to_occurred_at
from steps
where is_first
union all
select
    stretch_key,
    '{{ level }}' as level,
    {{ level }}_code as from_code,
    next_{{ level }}_code as to_code,
    occurred_at as from_occurred_at,
    next_{{ level }}_at as to_occurred_at
from steps
where is_{{ level }}_step
{{ 'union all' if not loop.last }}
{%- endfor %}
