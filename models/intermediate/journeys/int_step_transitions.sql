{{ config(materialized='view') }}
with steps as (
    {%- for level in journey_levels() %}
    select
        stretch_key,
        '{{ level }}' as level,
        {{ level }}_code as code,
        touch_number,
        occurred_at
    from {{ ref('int_journey_steps') }}
    where is_{{ level }}_step
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

neighbours as (
    select
        *,
        lag(touch_number) over step_order as previous_number,
        lead(code) over step_order as next_code,
        lead(occurred_at) over step_order as next_occurred_at
    from steps
    window step_order as (
        partition by stretch_key, level
        order by touch_number
    )
)

select
    stretch_key,
    level,
    cast(null as {{ text_type() }}) as from_code,
    code as to_code,
    cast(null as timestamp) as from_occurred_at,
    occurred_at as to_occurred_at
from neighbours
where previous_number is null
union all
select
    stretch_key,
    level,
    code as from_code,
    next_code as to_code,
    occurred_at as from_occurred_at,
    next_occurred_at as to_occurred_at
from neighbours
