{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    pre_hook="{{ drop_affected(ref('int_path_examples'), 'path_key') }}",
    post_hook="{{ remember_inputs(ref('int_path_examples')) }}"
) }}
-- any stretch with a path tells its steps
with examples as (
    select * from {{ ref('int_path_examples') }}
    where {{ is_affected('path_key') }}
),

steps as (
    select * from {{ ref('int_journey_steps') }}
)

{%- for level in journey_levels() %}
select
    examples.level,
    examples.path_key,
    steps.{{ level }}_steps_after as steps_after,
    steps.is_first,
    steps.{{ level }}_code as code,
    steps.next_{{ level }}_code as next_code
from examples
inner join steps on examples.stretch_key = steps.stretch_key
where examples.level = '{{ level }}' and steps.is_{{ level }}_step
{{ 'union all' if not loop.last }}
{%- endfor %}
