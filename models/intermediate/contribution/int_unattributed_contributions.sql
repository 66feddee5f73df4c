with conversions as (
    select * from {{ ref('int_unattributed_summed') }}
),

person_groups as (
    select distinct person_group
    from {{ ref('int_person_groups') }}
)

select
    goal_code,
    month_date,
    cast(null as integer) as left_out_group,
    sum(conversions) as conversions,
    cast(sum(value) as decimal(18, 2)) as value
from conversions
group by goal_code, month_date
union all
select
    goal_code,
    cast(null as date) as month_date,
    cast(null as integer) as left_out_group,
    sum(conversions) as conversions,
    cast(sum(value) as decimal(18, 2)) as value
from conversions
group by goal_code
union all
-- who is unknown is left out of no group
select
    conversions.goal_code,
    cast(null as date) as month_date,
    person_groups.person_group as left_out_group,
    sum(conversions.conversions) as conversions,
    cast(sum(conversions.value) as decimal(18, 2)) as value
from person_groups
inner join conversions
    on
        conversions.person_group is null
        or person_groups.person_group <> conversions.person_group
group by conversions.goal_code, person_groups.person_group
