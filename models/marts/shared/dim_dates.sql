with bounds as (
    select
        {{ business_date('min(occurred_at)') }} as first_date,
        {{ business_date('max(occurred_at)') }} as last_date
    from {{ ref('int_touchpoints_sessionised') }}
),

days as (
    {{ every_day('bounds', 'first_date', 'last_date') }}
)

select
    calendar_date,
    cast(extract(year from calendar_date) as integer) as calendar_year,
    cast(extract(quarter from calendar_date) as integer) as calendar_quarter,
    cast(extract(month from calendar_date) as integer) as calendar_month,
    cast(extract(day from calendar_date) as integer) as day_of_month,
    cast(date_trunc('month', calendar_date) as date) as month_start_date,
    cast(date_trunc('week', calendar_date) as date) as week_start_date
from days
