{{ config(materialized='view') }}
with rules as (
    select
        funnel_code,
        step_number,
        min(step_name) as step_name
    from {{ ref('int_funnel_step_rules') }}
    group by funnel_code, step_number
),

steps as (
    select * from {{ ref('int_funnel_entry_steps') }}
)

select
    steps.funnel_code || ':' || {{ key_as_id('steps.entry_key') }} as entry_id,
    steps.funnel_code,
    {{ key_as_id('steps.user_key') }} as user_id,
    cast(steps.step_number as integer) as step_number,
    cast(steps.defined_step_number as integer) as defined_step_number,
    rules.step_name,
    steps.is_optional,
    steps.reached_at,
    {{ seconds_between('steps.previous_reached_at', 'steps.reached_at') }}
        as seconds_from_previous,
    {{ key_as_id('steps.touchpoint_key') }} as touchpoint_id
from steps
inner join rules
    on
        steps.funnel_code = rules.funnel_code
        and steps.defined_step_number = rules.step_number
