-- any stretch with a path tells its steps
with stretches as (
    {%- for level in journey_levels() %}
    select
        '{{ level }}' as level,
        {{ level }}_path_key as path_key,
        min(stretch_key) as stretch_key
    from {{ ref('int_journey_paths') }}
    group by {{ level }}_path_key
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

steps as (
    select * from {{ ref('int_journey_steps') }}
)

{%- for level in journey_levels() %}
select
    stretches.level,
    stretches.path_key,
    steps.{{ level }}_steps_after as steps_after,
    steps.is_first,
    steps.{{ level }}_code as code,
    steps.next_{{ level }}_code as next_code
from stretches
inner join steps on stretches.stretch_key = steps.stretch_key
where stretches.level = '{{ level }}' and steps.is_{{ level }}_step
{{ 'union all' if not loop.last }}
{%- endfor %}
