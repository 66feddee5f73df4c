{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    pre_hook="{{ drop_affected(ref('int_user_inputs'), 'user_key') }}",
    post_hook="{{ remember_inputs(ref('int_user_inputs')) }}"
) }}
select
    user_key,
    stretch_key,
    {%- for level in journey_levels() %}
    {{ ordered_list(level ~ '_code', 'touch_number', 'is_' ~ level ~ '_step') }}
        as {{ level }}_path,
    {%- endfor %}
    cast(sum(case when is_touchpoint_step then 1 else 0 end) as integer) as step_count
from {{ ref('int_journey_steps') }}
where {{ is_affected('user_key') }}
group by user_key, stretch_key
