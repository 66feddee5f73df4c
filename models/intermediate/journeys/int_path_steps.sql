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
),

steps_of_paths as (
    select
        examples.level,
        examples.path_key,
        {{ at_level('examples.level', 'steps.%s_steps_after') }} as steps_after,
        steps.is_first,
        {{ at_level('examples.level', 'steps.%s_code') }} as code
    from examples
    inner join steps on examples.stretch_key = steps.stretch_key
    where {{ at_level('examples.level', 'steps.is_%s_step') }}
)

select
    *,
    lag(code) over (
        partition by path_key
        order by steps_after
    ) as next_code
from steps_of_paths
