-- Time that lies in two spans of a day would be worked twice.
with spans as (
    select
        weekday,
        opens_minute,
        lag(closes_minute) over (
            partition by weekday
            order by opens_minute, closes_minute
        ) as closed_minute
    from {{ ref('business_hours') }}
    where {{ of_this_industry() }}
)

select
    weekday,
    opens_minute,
    closed_minute
from spans
where opens_minute < closed_minute
