{{ config(materialized='view') }}
with funnels as (
    select * from {{ ref('funnel_definitions') }}
    where {{ of_this_industry() }}
),

steps as (
    select * from {{ ref('funnel_step_definitions') }}
    where {{ of_this_industry() }}
)

select
    steps.funnel_code,
    steps.step_number,
    steps.step_name,
    steps.interaction_type,
    steps.is_optional,
    funnels.window_hours
from steps
inner join funnels on steps.funnel_code = funnels.funnel_code
