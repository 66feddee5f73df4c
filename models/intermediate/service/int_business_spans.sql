with cases as (
    select
        min(opened_at) as first_at,
        max(answered_at) as last_answered_at,
        max(resolved_at) as last_resolved_at,
        max(opened_at) as last_opened_at
    from {{ ref('int_service_cases') }}
),

bounds as (
    select
        {{ business_date('cases.first_at') }} as first_date,
        {{ business_date(
            'greatest(as_of.as_of, cases.last_opened_at, cases.last_answered_at,'
            ~ ' cases.last_resolved_at)'
        ) }} as last_date
    from cases
    cross join {{ ref('int_as_of') }} as as_of
),

days as (
    {{ every_day('bounds', 'first_date', 'last_date') }}
),

holidays as (
    select * from {{ ref('holidays') }}
    where {{ of_this_industry() }}
),

hours as (
    select * from {{ ref('business_hours') }}
    where {{ of_this_industry() }}
),

worked_days as (
    select
        days.calendar_date,
        case
            -- a day that a change of the time zone leaves out has no noon
            when
                {{ business_date(local_to_utc(
                    "cast(days.calendar_date as timestamp) + interval '12' hour"
                )) }} <> days.calendar_date
                then null
            when holidays.holiday_date is not null then holidays.works_as_weekday
            else {{ weekday_of('days.calendar_date') }}
        end as weekday_number
    from days
    left join holidays on days.calendar_date = holidays.holiday_date
),

-- a closed day is a span without length
spans as (
    select
        worked_days.calendar_date,
        {{ local_to_utc(
            'cast(worked_days.calendar_date as timestamp)'
            ~ " + coalesce(hours.opens_minute, 0) * interval '1' minute"
        ) }} as opens_at,
        {{ local_to_utc(
            'cast(worked_days.calendar_date as timestamp)'
            ~ " + coalesce(hours.closes_minute, 0) * interval '1' minute"
        ) }} as closes_at
    from worked_days
    left join hours on worked_days.weekday_number = hours.weekday
),

measured as (
    select
        *,
        {{ seconds_between('opens_at', 'closes_at') }} as span_seconds
    from spans
)

select
    calendar_date,
    opens_at,
    closes_at,
    span_seconds,
    sum(span_seconds) over (
        order by opens_at, closes_at
        rows between unbounded preceding and current row
    ) - span_seconds as seconds_before
from measured
