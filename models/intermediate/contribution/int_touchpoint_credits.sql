{{ config(materialized='view') }}
with conversions as (
    select * from {{ ref('int_conversions') }}
),

touches as (
    select
        touches.*,
        conversions.converted_date,
        cast(abs(conversions.value) * 100 as bigint) as cents,
        case when conversions.value < 0 then -1 else 1 end as value_sign,
        conversions.value
    from {{ ref('int_conversion_touches') }} as touches
    inner join conversions
        on
            touches.goal_code = conversions.goal_code
            and touches.conversion_key = conversions.conversion_key
),

single_touch_credits as (
    select
        'first' as model_code,
        goal_code,
        conversion_key,
        converted_date,
        level,
        code,
        touchpoint_key,
        cast(1 as decimal(20, 12)) as credit,
        value
    from touches
    where touch_number = 1
    union all
    select
        'last' as model_code,
        goal_code,
        conversion_key,
        converted_date,
        level,
        code,
        touchpoint_key,
        cast(1 as decimal(20, 12)) as credit,
        value
    from touches
    where touch_number = touch_count
),

linear_units as (
    select
        *,
        (1000000000000 - 1000000000000 % touch_count) / touch_count
        + case
            when key_rank <= 1000000000000 % touch_count then 1
            else 0
        end as credit_units,
        (cents - cents % touch_count) / touch_count
        + case when key_rank <= cents % touch_count then 1 else 0 end as cent_units
    from touches
),

linear_credits as (
    select
        'linear' as model_code,
        goal_code,
        conversion_key,
        converted_date,
        level,
        code,
        touchpoint_key,
        -- multiplied, as a quotient of decimals is a double on its way
        cast(cast(credit_units as bigint) as decimal(20, 0))
        * cast(0.000000000001 as decimal(13, 12)) as credit,
        value_sign * cast(cent_units as bigint) as value_cents
    from linear_units
),

models as (
    select 'first' as model_code
    union all
    select 'last' as model_code
    union all
    select 'linear' as model_code
),

levels as (
    select 'channel' as level
    union all
    select 'touchpoint' as level
),

touched as (
    select distinct
        goal_code,
        conversion_key
    from touches
),

unattributed as (
    select
        models.model_code,
        conversions.goal_code,
        conversions.conversion_key,
        conversions.converted_date,
        levels.level,
        '(unattributed)' as code,
        cast(null as bigint) as touchpoint_key,
        cast(1 as decimal(20, 12)) as credit,
        conversions.value
    from conversions
    left join touched
        on
            conversions.goal_code = touched.goal_code
            and conversions.conversion_key = touched.conversion_key
    cross join models
    cross join levels
    where touched.conversion_key is null
)

select * from single_touch_credits
union all
select
    model_code,
    goal_code,
    conversion_key,
    converted_date,
    level,
    code,
    touchpoint_key,
    cast(credit as decimal(20, 12)) as credit,
    cast(cast(value_cents as decimal(20, 2)) / 100 as decimal(18, 2)) as value
from linear_credits
union all
select * from unattributed
