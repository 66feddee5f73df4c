with active_days as (
    select
        channel_code,
        cast(date_trunc('month', active_date) as date) as month_start_date,
        min(active_date) as first_date
    from {{ ref('int_active_days') }}
    group by channel_code, cast(date_trunc('month', active_date) as date)
),

as_of as (
    select
        cast({{ business_date('as_of') }} + interval '1' day as date) as next_date
    from {{ ref('int_as_of') }}
),

active_months as (
    select
        channel_code,
        month_start_date,
        first_date
    from active_days
    union all
    select
        '(all)' as channel_code,
        month_start_date,
        min(first_date) as first_date
    from active_days
    group by month_start_date
),

first_days as (
    select
        channel_code,
        min(first_date) as first_date
    from active_months
    group by channel_code
),

months as (
    select
        channel_code,
        month_start_date,
        cast(month_start_date + interval '1' month as date) as next_month_start_date
    from active_months
)

-- a month is complete once its last day has come, and unless its channel began in the middle of it
select
    months.channel_code,
    months.month_start_date,
    cast(
        round({{ seconds_between(
            'cast(months.month_start_date as timestamp)',
            'cast(months.next_month_start_date as timestamp)'
        ) }} / 86400) as bigint
    ) as day_count
from months
inner join first_days on months.channel_code = first_days.channel_code
cross join as_of
where
    months.month_start_date >= first_days.first_date
    and months.next_month_start_date <= as_of.next_date
