{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    pre_hook="{{ drop_affected(ref('int_path_examples'), 'path_key') }}",
    post_hook="{{ remember_inputs(ref('int_path_examples')) }}"
) }}
with steps as (
    select * from {{ ref('int_path_steps') }}
    where {{ is_affected('path_key') }}
)

select
    level,
    path_key,
    cast(null as {{ text_type() }}) as from_code,
    code as to_code,
    1 as transition_count
from steps
where is_first
union all
select
    level,
    path_key,
    code as from_code,
    next_code as to_code,
    count(*) as transition_count
from steps
group by level, path_key, code, next_code
