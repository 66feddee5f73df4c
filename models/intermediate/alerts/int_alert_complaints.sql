-- persons who complain about a touchpoint, by region, in the window of days up to each day
with rules as (
    select * from {{ ref('int_alert_rules') }}
    where kind = 'concentration'
),

days as (
    select * from {{ ref('int_alert_days') }}
),

complaints as (
    select
        about_touchpoint_code as touchpoint_code,
        region,
        case_group_key,
        opened_date
    from {{ ref('int_cases_assessed') }}
    where is_complaint and region is not null
),

complaint_days as (
    select
        complaints.touchpoint_code,
        complaints.region,
        complaints.case_group_key,
        days.day_number
    from complaints
    inner join days on complaints.opened_date = days.calendar_date
    group by
        complaints.touchpoint_code,
        complaints.region,
        complaints.case_group_key,
        days.day_number
),

-- a person counts once while one of its complaints is in the window
spells as (
    select
        rules.rule_code,
        complaint_days.touchpoint_code,
        complaint_days.region,
        complaint_days.day_number as from_day_number,
        least(
            complaint_days.day_number + rules.window_days,
            coalesce(
                lead(complaint_days.day_number) over (
                    partition by
                        rules.rule_code,
                        complaint_days.touchpoint_code,
                        complaint_days.region,
                        complaint_days.case_group_key
                    order by complaint_days.day_number
                ),
                complaint_days.day_number + rules.window_days
            )
        ) as to_day_number
    from complaint_days
    cross join rules
),

steps as (
    select
        rule_code,
        touchpoint_code,
        region,
        from_day_number as day_number,
        1 as step
    from spells
    union all
    select
        rule_code,
        touchpoint_code,
        region,
        to_day_number as day_number,
        -1 as step
    from spells
),

changes as (
    select
        rule_code,
        touchpoint_code,
        region,
        day_number,
        sum(step) as person_change
    from steps
    group by rule_code, touchpoint_code, region, day_number
),

cells as (
    select
        rule_code,
        touchpoint_code,
        region,
        min(day_number) as first_day_number
    from changes
    group by rule_code, touchpoint_code, region
)

select
    cells.rule_code,
    cells.touchpoint_code,
    cells.region,
    days.day_number,
    cast(sum(coalesce(changes.person_change, 0)) over (
        partition by cells.rule_code, cells.touchpoint_code, cells.region
        order by days.day_number
        rows between unbounded preceding and current row
    ) as bigint) as complainant_count
from cells
inner join days on cells.first_day_number <= days.day_number
left join changes
    on
        cells.rule_code = changes.rule_code
        and cells.touchpoint_code = changes.touchpoint_code
        and cells.region = changes.region
        and days.day_number = changes.day_number
