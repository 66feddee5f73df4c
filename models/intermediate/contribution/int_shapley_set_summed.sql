-- sums by month, and by group of persons for the intervals
with code_sets as (
    select * from {{ ref('int_code_sets') }}
    where converted_count > 0
),

items as (
    select * from {{ ref('int_code_set_items') }}
),

by_set_size as (
    select
        code_sets.goal_code,
        code_sets.level,
        items.code,
        items.code_count,
        code_sets.month_date,
        code_sets.person_group,
        cast(sum(code_sets.converted_count) as bigint) as conversions,
        cast(sum(code_sets.value) * 100 as bigint) as cents
    from code_sets
    inner join items on code_sets.set_key = items.set_key
    group by
        code_sets.goal_code,
        code_sets.level,
        items.code,
        items.code_count,
        code_sets.month_date,
        code_sets.person_group
),

-- whole numbers add up alike in every order. What does not divide is counted by itself, where much is left of 64 bits:
-- in 10^-11 of a conversion and 10^-6 of a cent
parts as (
    select
        *,
        {{ whole_quotient('conversions', 'code_count') }} as whole_conversions,
        {{ whole_quotient('(conversions % code_count * 100000000000)', 'code_count') }}
            as conversion_units,
        {{ whole_quotient('cents', 'code_count') }} as whole_cents,
        {{ whole_quotient('(cents % code_count * 1000000)', 'code_count') }}
            as cent_units
    from by_set_size
)

select
    goal_code,
    level,
    code,
    'shapley_set' as model_code,
    month_date,
    person_group,
    cast(
        cast(sum(whole_conversions) as decimal(16, 0))
        + cast(sum(conversion_units) as decimal(19, 0))
        * cast(0.00000000001 as decimal(11, 11)) as decimal(28, 12)
    ) as conversions,
    cast(
        cast(sum(whole_cents) as decimal(20, 0)) * cast(0.01 as decimal(2, 2))
        + cast(sum(cent_units) as decimal(19, 0))
        * cast(0.00000001 as decimal(8, 8)) as decimal(28, 8)
    ) as value
from parts
group by goal_code, level, code, month_date, person_group
