-- both ends are days of the series; without bounds, or between ends the wrong way round, there
-- is no day
with bounds as (
    select
        cast('2024-02-28' as date) as first_date,
        cast('2024-03-01' as date) as last_date
),

no_bounds as (
    select
        cast(null as date) as first_date,
        cast(null as date) as last_date
),

turned_bounds as (
    select
        cast('2024-03-01' as date) as first_date,
        cast('2024-02-29' as date) as last_date
),

found as (
    {{ every_day('bounds', 'first_date', 'last_date') }}
    union all
    {{ every_day('no_bounds', 'first_date', 'last_date') }}
    union all
    {{ every_day('turned_bounds', 'first_date', 'last_date') }}
),

counted as (
    select
        count(*) as day_count,
        count(distinct calendar_date) as different_count,
        min(calendar_date) as first_date,
        max(calendar_date) as last_date
    from found
)

select counted.*
from counted
inner join bounds on 1 = 1
where
    counted.day_count <> 3
    or counted.different_count <> 3
    or counted.first_date <> bounds.first_date
    or counted.last_date <> bounds.last_date
