with as_of as (
    select {{ business_date('as_of') }} as as_of_date
    from {{ ref('int_as_of') }}
),

bounds as (
    select
        min(measures.measured_date) as first_date,
        cast(
            min(as_of.as_of_date)
            - {{ var('alert_settle_days') }} * interval '1' day as date
        ) as last_date
    from {{ ref('int_alert_measures') }} as measures
    cross join as_of
),

days as (
    {{ every_day('bounds', 'first_date', 'last_date') }}
)

select
    calendar_date,
    cast(row_number() over (order by calendar_date) as integer) as day_number,
    cast(count(*) over () as integer) as last_day_number
from days
