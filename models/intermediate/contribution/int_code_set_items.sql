with code_sets as (
    select
        level,
        set_key,
        min(example_stretch_key) as stretch_key
    from {{ ref('int_code_sets') }}
    where converted_count > 0
    group by level, set_key
),

items as (
    {%- for level in journey_levels() %}
    select distinct
        code_sets.level,
        code_sets.set_key,
        steps.{{ level }}_code as code
    from code_sets
    inner join {{ ref('int_journey_steps') }} as steps
        on code_sets.stretch_key = steps.stretch_key
    where
        code_sets.level = '{{ level }}'
        and steps.is_{{ level }}_step
    {{ 'union all' if not loop.last }}
    {%- endfor %}
)

select
    level,
    set_key,
    code,
    count(*) over (partition by set_key) as code_count,
    -- of codes beyond the 62nd several share a bit: it can only rule subsets out
    (dense_rank() over (partition by level order by code) - 1) % 62 as bit_number
from items
