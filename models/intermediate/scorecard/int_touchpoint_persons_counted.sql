-- a period that has not matured as a whole has no share: of all time the days that have matured count
with outcomes as (
    select * from {{ ref('int_touchpoint_outcomes') }}
),

by_period as (
    {{ in_every_period('outcomes', 'occurred_date', ['week', 'month', 'all']) }}
),

persons as (
    select
        touchpoint_code,
        period_type,
        period_start_date,
        user_key,
        max(case when is_mature then 1 else 0 end) as is_mature,
        max(case when is_mature and is_converted then 1 else 0 end) as is_converted,
        max(case when is_mature and is_interested then 1 else 0 end) as is_interested
    from by_period
    group by touchpoint_code, period_type, period_start_date, user_key
)

select
    touchpoint_code,
    period_type,
    period_start_date,
    count(*) as person_count,
    cast(sum(is_mature) as bigint) as matured_person_count,
    cast(sum(is_converted) as bigint) as converted_person_count,
    cast(sum(is_interested) as bigint) as interested_person_count
from persons
group by touchpoint_code, period_type, period_start_date
