-- where touchpoints are held against each other, the one that an action names narrows nothing
with actions as (
    select
        *,
        case
            when is_touchpoint_bound and coalesce(segment_dimension, '') <> 'touchpoint'
                then touchpoint_code
        end as narrowed_to
    from {{ ref('int_effect_actions') }}
    where fault is null
),

observations as (
    select * from {{ ref('int_effect_observations') }}
),

arms as (
    select
        'treated' as arm,
        action_key,
        metric_code,
        coalesce(segment_dimension, '(all)') as segment_dimension,
        coalesce(treated_segment, '(all)') as segment_value,
        narrowed_to,
        start_date,
        before_start_date,
        after_start_date,
        after_end_date,
        told_until_date
    from actions
    union all
    select
        'control' as arm,
        action_key,
        metric_code,
        segment_dimension,
        control_segment as segment_value,
        narrowed_to,
        start_date,
        before_start_date,
        after_start_date,
        after_end_date,
        told_until_date
    from actions
    where control_segment is not null
),

-- a day whose outcome cannot be told yet counts on neither side
placed as (
    select
        arms.action_key,
        arms.arm,
        observations.unit_key,
        cast(
            round({{ seconds_between(
                'cast(arms.start_date as timestamp)',
                'cast(observations.observed_date as timestamp)'
            ) }} / 86400) as integer
        ) as day_offset,
        observations.numerator,
        observations.denominator
    from arms
    inner join observations
        on
            arms.metric_code = observations.metric_code
            and arms.segment_dimension = observations.segment_dimension
            and arms.segment_value = observations.segment_value
            and arms.before_start_date <= observations.observed_date
            and arms.told_until_date >= observations.observed_date
            and (
                arms.start_date > observations.observed_date
                or (
                    arms.after_start_date <= observations.observed_date
                    and arms.after_end_date >= observations.observed_date
                )
            )
    where
        arms.narrowed_to is null
        or arms.narrowed_to = observations.touchpoint_code
)

select
    action_key,
    arm,
    unit_key,
    day_offset,
    sum(numerator) as numerator,
    sum(denominator) as denominator
from placed
group by action_key, arm, unit_key, day_offset
