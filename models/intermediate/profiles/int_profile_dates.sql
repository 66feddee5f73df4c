{{ config(materialized='view') }}
-- where the windows of profiles begin: the day of as_of is the last one of each
with as_of as (
    select
        as_of,
        {{ business_date('as_of') }} as as_of_date
    from {{ ref('int_as_of') }}
)

select
    {%- for window in ['rfm', 'preference', 'risk'] %}
    cast(as_of_date - {{ var(window ~ '_days') }} * interval '1' day as date)
        as before_{{ window }}_date,
    {%- endfor %}
    as_of,
    as_of_date
from as_of
