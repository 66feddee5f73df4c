with importances as (
    select * from {{ ref('int_driver_importances') }}
),

effects as (
    select * from {{ ref('int_driver_effects') }}
),

joined as (
    select
        importances.outcome_code,
        importances.left_out_group,
        importances.touchpoint_code,
        importances.user_count as outcome_user_count,
        importances.parameter_count,
        importances.adjusted_share,
        importances.importance,
        case when importances.touchpoint_code <> '(non_response)' then 1 else 0 end
            as is_touchpoint,
        effects.user_count,
        effects.high_count,
        effects.low_count,
        effects.effect
    from importances
    left join effects
        on
            importances.outcome_code = effects.outcome_code
            and importances.left_out_group = effects.left_out_group
            and importances.touchpoint_code = effects.touchpoint_code
),

compared as (
    select
        *,
        max(case when left_out_group = -1 then importance end) over each_driver
            as whole_importance,
        max(case when left_out_group = -1 then effect end) over each_driver
            as whole_effect,
        sum(case when left_out_group >= 0 then 1 else 0 end) over each_driver
            as group_count,
        sum(case when left_out_group >= 0 and effect is not null then 1 else 0 end)
            over each_driver as effect_group_count
    from joined
    window each_driver as (partition by outcome_code, touchpoint_code)
),

moved as (
    select
        outcome_code,
        touchpoint_code,
        max(group_count) as group_count,
        max(effect_group_count) as effect_group_count,
        sum(importance - whole_importance) as moves,
        sum((importance - whole_importance) * (importance - whole_importance))
            as squared_moves,
        sum(effect - whole_effect) as effect_moves,
        sum((effect - whole_effect) * (effect - whole_effect)) as squared_effect_moves
    from compared
    where left_out_group >= 0
    group by outcome_code, touchpoint_code
),

measured as (
    select
        joined.*,
        joined.outcome_user_count < {{ var('driver_min_sample') }} as is_suppressed,
        -- one person that was satisfied says nothing of the satisfied
        joined.outcome_user_count >= {{ var('driver_min_sample') }}
        and least(joined.high_count, joined.low_count) >= {{ var('min_sample') }}
            as has_effect,
        {{ normal_95() }} * {{ jackknife_error(
            'moved.moves', 'moved.squared_moves', 'moved.group_count'
        ) }} as half_width,
        {{ normal_95() }} * {{ jackknife_error(
            'moved.effect_moves', 'moved.squared_effect_moves',
            'moved.effect_group_count'
        ) }} as effect_half_width,
        row_number() over (
            partition by joined.outcome_code
            order by
                joined.is_touchpoint desc,
                -- what rounding leaves decides nothing
                cast(joined.importance as decimal(18, 12)) desc,
                joined.touchpoint_code asc
        ) as importance_rank
    from joined
    inner join moved
        on
            joined.outcome_code = moved.outcome_code
            and joined.touchpoint_code = moved.touchpoint_code
    where joined.left_out_group = -1
),

bounded as (
    select
        *,
        not is_suppressed and half_width > 0 as has_width,
        has_effect and effect_half_width > 0 as has_effect_width
    from measured
)

select
    outcome_code,
    touchpoint_code,
    user_count,
    high_count,
    low_count,
    cast(outcome_user_count as bigint) as outcome_user_count,
    case when not is_suppressed then importance end as importance,
    -- where nothing varies, nothing is known of how much it would
    case when has_width then greatest(0, importance - half_width) end as low,
    case when has_width then least(1, importance + half_width) end as high,
    case when not is_suppressed then adjusted_share end as explained_share,
    case when has_effect then effect end as effect_high_minus_low,
    case when has_effect_width then greatest(-1, effect - effect_half_width) end
        as effect_high_minus_low_from,
    case when has_effect_width then least(1, effect + effect_half_width) end
        as effect_high_minus_low_to,
    cast(
        case when not is_suppressed and is_touchpoint = 1 then importance_rank end
        as bigint
    ) as driver_rank,
    not is_suppressed
    and is_touchpoint = 1
    and importance > 3.0 / outcome_user_count
    and importance > half_width as is_influential,
    is_suppressed
from bounded
