-- whether the arms went apart before anything was done: the slope of each, and how far
-- each person moves their difference
with units as (
    select
        action_key,
        unit_key,
        arm,
        cast(day_offset as {{ double_type() }}) as day_offset,
        numerator,
        denominator
    from {{ ref('int_effect_units') }}
    where day_offset < 0
),

arms as (
    select
        action_key,
        arm,
        count(distinct unit_key) as person_count,
        {{ ratio('sum(numerator)', 'sum(denominator)') }} as mean_value,
        {{ ratio('sum(denominator * day_offset)', 'sum(denominator)') }} as mean_offset
    from units
    group by action_key, arm
),

centred as (
    select
        units.action_key,
        units.unit_key,
        units.arm,
        arms.person_count,
        units.day_offset - arms.mean_offset as offset_beyond,
        units.numerator - arms.mean_value * units.denominator as value_beyond,
        units.denominator
    from units
    inner join arms
        on units.action_key = arms.action_key and units.arm = arms.arm
),

slopes as (
    select
        action_key,
        arm,
        sum(denominator * offset_beyond * offset_beyond) as offset_square_sum,
        sum(offset_beyond * value_beyond)
        / nullif(sum(denominator * offset_beyond * offset_beyond), 0) as slope
    from centred
    group by action_key, arm
),

moves as (
    select
        centred.action_key,
        centred.unit_key,
        sum(
            case when centred.arm = 'treated' then 1 else -1 end
            * centred.offset_beyond
            * (
                centred.value_beyond
                - slopes.slope * centred.offset_beyond * centred.denominator
            )
            / nullif(slopes.offset_square_sum, 0)
            * sqrt({{ ratio('centred.person_count', '(centred.person_count - 1)') }})
        ) as slope_move
    from centred
    inner join slopes
        on centred.action_key = slopes.action_key and centred.arm = slopes.arm
    group by centred.action_key, centred.unit_key
),

errors as (
    select
        action_key,
        sqrt(sum(slope_move * slope_move)) as slope_error
    from moves
    group by action_key
),

differences as (
    select
        slopes.action_key,
        min(arms.person_count) as fewest_persons,
        sum(case when slopes.arm = 'treated' then slopes.slope else -slopes.slope end)
            as slope_difference
    from slopes
    inner join arms
        on slopes.action_key = arms.action_key and slopes.arm = arms.arm
    group by slopes.action_key
    having count(slopes.slope) = 2
)

select
    differences.action_key,
    differences.slope_difference,
    {{ normal_p_value(
        'differences.slope_difference / nullif(errors.slope_error, 0)'
    ) }} as slope_p
from differences
inner join errors on differences.action_key = errors.action_key
where differences.fewest_persons >= {{ var('min_sample') }}
