{{ config(materialized='view') }}
with moments as (
    select * from {{ ref('int_driver_moments') }}
)

select distinct
    outcome_code,
    -1 as left_out_group
from moments
union all
select distinct
    outcome_code,
    person_group as left_out_group
from moments
