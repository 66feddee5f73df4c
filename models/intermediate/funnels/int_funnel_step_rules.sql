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
    -- tables with a row per entry name the funnel by an integer
    cast(dense_rank() over (order by steps.funnel_code) as integer) as funnel_number,
    steps.step_number,
    steps.step_name,
    steps.interaction_type,
    steps.step_kind,
    steps.step_window_hours,
    steps.target_rate,
    -- an interaction of the step is the end of an entry; in any order none tells that everything has happened
    steps.step_kind = 'exclusion'
    or (
        funnels.step_order <> 'any'
        and steps.step_number
        = max(case when steps.step_kind = 'required' then steps.step_number end) over (
            partition by steps.funnel_code
        )
    ) as is_ending,
    funnels.step_order,
    funnels.entry_rule,
    funnels.hold_constant,
    -- a person can have several entries, which are no independent trials
    funnels.entry_rule <> 'first' or funnels.hold_constant is not null as is_repeated,
    funnels.is_valued,
    funnels.window_hours
from steps
inner join funnels on steps.funnel_code = funnels.funnel_code
