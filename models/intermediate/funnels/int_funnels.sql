{{ config(materialized='view') }}
with rules as (
    select * from {{ ref('int_funnel_step_rules') }}
),

as_of as (
    select as_of from {{ ref('int_as_of') }}
)

select distinct
    rules.funnel_number,
    rules.funnel_code,
    rules.is_valued,
    as_of.as_of - rules.window_hours * interval '1' hour as mature_until
from rules
cross join as_of
