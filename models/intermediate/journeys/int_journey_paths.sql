{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    pre_hook="{{ drop_affected(ref('int_user_inputs'), 'user_key') }}",
    post_hook="{{ remember_inputs(ref('int_user_inputs')) }}"
) }}
-- a sum of hashes, each of a code and its place from the end, stands for a path
with summed as (
    select
        user_key,
        stretch_key,
        {%- for level in journey_levels() %}
        sum(
            case when is_{{ level }}_step then {{ place_hash(level) }} end
        ) as {{ level }}_sum,
        {%- endfor %}
        cast(sum(case when is_touchpoint_step then 1 else 0 end) as integer)
            as step_count
    from {{ ref('int_journey_steps') }}
    where {{ is_affected('user_key') }}
    group by user_key, stretch_key
)

select
    user_key,
    stretch_key,
    {%- for level in journey_levels() %}
    {{ row_hash(["'" ~ level ~ "'", level ~ '_sum']) }} as {{ level }}_path_key,
    {%- endfor %}
    step_count
from summed
