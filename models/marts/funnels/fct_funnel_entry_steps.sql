{{ config(materialized='view') }}
with rules as (
    select
        funnel_number,
        step_number,
        min(funnel_code) as funnel_code,
        min(step_name) as step_name
    from {{ ref('int_funnel_step_rules') }}
    group by funnel_number, step_number
),

steps as (
    select * from {{ ref('int_funnel_entry_steps') }}
)

select
    rules.funnel_code || ':' || {{ key_as_id('steps.entry_key') }} as entry_id,
    rules.funnel_code,
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
        steps.funnel_number = rules.funnel_number
        and steps.defined_step_number = rules.step_number
