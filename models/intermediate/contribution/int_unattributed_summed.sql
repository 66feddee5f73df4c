with conversions as (
    select * from {{ ref('int_conversions_unattributed') }}
),

person_groups as (
    select * from {{ ref('int_person_groups') }}
),

grouped as (
    select
        conversions.goal_code,
        conversions.value,
        cast(date_trunc('month', conversions.converted_date) as date) as month_date,
        -- null for who is unknown
        person_groups.person_group
    from conversions
    left join person_groups on conversions.user_key = person_groups.user_key
)

select
    goal_code,
    month_date,
    person_group,
    count(*) as conversions,
    cast(sum(value) as decimal(18, 2)) as value
from grouped
group by goal_code, month_date, person_group
