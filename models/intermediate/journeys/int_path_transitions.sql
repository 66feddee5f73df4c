{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    pre_hook="{{ drop_affected(ref('int_path_examples'), 'path_key') }}",
    post_hook="{{ remember_inputs(ref('int_path_examples')) }}"
) }}
select
    level,
    path_key,
    cast(null as {{ text_type() }}) as from_code,
    code as to_code,
    1 as transition_count
from {{ ref('int_path_steps') }}
where is_first and {{ is_affected('path_key') }}
union all
select
    level,
    path_key,
    code as from_code,
    next_code as to_code,
    count(*) as transition_count
from {{ ref('int_path_steps') }}
where {{ is_affected('path_key') }}
group by level, path_key, code, next_code
