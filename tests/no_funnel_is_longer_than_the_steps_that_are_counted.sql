-- Steps beyond the var max_funnel_steps would not be counted: raise the var.
select
    funnel_code,
    step_number
from {{ ref('funnel_step_definitions') }}
where step_number > {{ var('max_funnel_steps') }}
