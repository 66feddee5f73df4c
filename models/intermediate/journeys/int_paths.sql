{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    pre_hook="{{ drop_affected(ref('int_path_examples'), 'path_key') }}",
    post_hook="{{ remember_inputs(ref('int_path_examples')) }}"
) }}
with listed as (
    select
        level,
        path_key,
        {{ ordered_list('code', '-steps_after', 'code is not null') }} as path,
        -- the same where codes that follow themselves are told once
        {{ ordered_list(
            'code', '-steps_after', 'next_code is null or code <> next_code'
        ) }} as collapsed_path
    from {{ ref('int_path_steps') }}
    where {{ is_affected('path_key') }}
    group by level, path_key
)

select
    level,
    path_key,
    {{ path_id('path') }} as path_id,
    path,
    {{ path_id('collapsed_path') }} as collapsed_path_id
from listed
