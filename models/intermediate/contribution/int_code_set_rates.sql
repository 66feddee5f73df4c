with code_sets as (
    select * from {{ ref('int_code_sets') }}
    where level in ({{ quoted(var('few_code_levels')) }})
),

all_time as (
    select
        goal_code,
        level,
        set_key,
        sum(journey_count) as journey_count,
        sum(converted_count) as converted_count,
        sum(value) as value
    from code_sets
    where month_date is not null
    group by goal_code, level, set_key
),

person_groups as (
    select distinct person_group
    from {{ ref('int_person_groups') }}
),

chains as (
    select
        goal_code,
        level,
        set_key,
        month_date,
        cast(null as integer) as left_out_group,
        journey_count,
        converted_count,
        value
    from code_sets
    where month_date is not null
    union all
    select
        goal_code,
        level,
        set_key,
        cast(null as date) as month_date,
        cast(null as integer) as left_out_group,
        journey_count,
        converted_count,
        value
    from all_time
    union all
    select
        all_time.goal_code,
        all_time.level,
        all_time.set_key,
        cast(null as date) as month_date,
        person_groups.person_group as left_out_group,
        all_time.journey_count - coalesce(code_sets.journey_count, 0) as journey_count,
        all_time.converted_count - coalesce(code_sets.converted_count, 0)
            as converted_count,
        all_time.value - coalesce(code_sets.value, 0) as value
    from all_time
    cross join person_groups
    left join code_sets
        on
            all_time.goal_code = code_sets.goal_code
            and all_time.set_key = code_sets.set_key
            and person_groups.person_group = code_sets.person_group
)

-- a set that nobody converted with gives and takes nothing
select
    goal_code,
    level,
    set_key,
    month_date,
    left_out_group,
    journey_count,
    converted_count,
    cast(value as decimal(18, 2)) as value,
    {{ row_hash(['goal_code', 'level', 'month_date', 'left_out_group']) }} as chain_key,
    cast(converted_count as {{ double_type() }}) / journey_count as conversion_rate
from chains
where converted_count > 0
