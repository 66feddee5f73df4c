with paths as (
    {%- for level in journey_levels() %}
    select
        '{{ level }}' as level,
        {{ level }}_path_key as path_key,
        min(stretch_key) as stretch_key
    from {{ ref('int_journey_paths') }}
    group by {{ level }}_path_key
    {{ 'union all' if not loop.last }}
    {%- endfor %}
)

select
    level,
    path_key,
    stretch_key,
    -- what a path is made of never changes
    1 as input_hash
from paths
