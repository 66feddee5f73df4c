{%- set window = var('effect_window_days') -%}
with actions as (
    select
        *,
        coalesce(floor(washout_days), 0) as stated_washout_days,
        cast(
            least(greatest(coalesce(floor(washout_days), 0), 0), {{ window }})
            as integer
        ) as washout
    from {{ ref('stg_operations__actions') }}
),

metrics as (
    select * from {{ ref('effect_metrics') }}
    where {{ of_this_industry() }}
),

touchpoints as (
    select * from {{ ref('touchpoints') }}
    where {{ of_this_industry() }}
),

as_of as (
    select {{ business_date('as_of') }} as as_of_date
    from {{ ref('int_as_of') }}
),

judged as (
    select
        actions.*,
        metrics.metric_kind,
        metrics.score_type,
        metrics.funnel_code,
        metrics.from_step,
        metrics.to_step,
        metrics.goal_code,
        metrics.outcome_days,
        metrics.is_share,
        metrics.is_touchpoint_bound,
        metrics.is_higher_better,
        metrics.no_effect_margin,
        as_of.as_of_date,
        case
            when metrics.metric_code is null then 'unknown_metric'
            when
                actions.touchpoint_code is not null
                and touchpoints.touchpoint_code is null
                then 'unknown_touchpoint'
            when
                actions.segment_dimension is null
                and coalesce(actions.treated_segment, actions.control_segment)
                is not null
                then 'missing_dimension'
            when actions.segment_dimension not in ({{ quoted(effect_dimensions()) }})
                then 'unknown_dimension'
            -- whoever does not answer, or complains, about a touchpoint has none
            when
                actions.segment_dimension = 'touchpoint'
                and not metrics.is_touchpoint_bound
                then 'dimension_without_meaning'
            when
                actions.segment_dimension is not null
                and actions.treated_segment is null
                then 'missing_treated_segment'
            when actions.treated_segment = actions.control_segment
                then 'same_segments'
            when
                actions.start_date < cast('{{ var("earliest_time") }}' as date)
                or actions.start_date >= cast('{{ var("latest_time") }}' as date)
                then 'start_out_of_range'
            when actions.end_date < actions.start_date then 'ends_before_it_starts'
            when actions.stated_washout_days < 0 then 'negative_washout'
            when actions.stated_washout_days > {{ window }} then 'washout_too_long'
            when
                actions.end_date
                < actions.start_date + actions.washout * interval '1' day
                then 'ends_in_washout'
        end as fault
    from actions
    left join metrics on actions.metric_code = metrics.metric_code
    left join touchpoints
        on actions.touchpoint_code = touchpoints.touchpoint_code
    cross join as_of
),

-- a start that is out of range has no days around it
dated as (
    select
        *,
        case
            when fault is null
                then cast(start_date - {{ window }} * interval '1' day as date)
        end as before_start_date,
        case
            when fault is null
                then cast(start_date + washout * interval '1' day as date)
        end as after_start_date,
        case
            when fault is null
                then cast(as_of_date - outcome_days * interval '1' day as date)
        end as told_until_date
    from judged
)

select
    record_key as action_key,
    action_id,
    action_name,
    metric_code,
    touchpoint_code,
    segment_dimension,
    treated_segment,
    control_segment,
    start_date,
    end_date,
    washout as washout_days,
    metric_kind,
    score_type,
    funnel_code,
    from_step,
    to_step,
    goal_code,
    outcome_days,
    is_share,
    is_touchpoint_bound,
    is_higher_better,
    no_effect_margin,
    before_start_date,
    after_start_date,
    told_until_date,
    -- the last day whose outcome can be told by now
    case
        when fault is null
            then
                least(
                    coalesce(end_date, cast('{{ var("latest_time") }}' as date)),
                    cast(
                        after_start_date
                        + {{ window - 1 }} * interval '1' day as date
                    ),
                    told_until_date
                )
    end as after_end_date,
    cast(after_start_date + outcome_days * interval '1' day as date)
        as mature_from_date,
    fault
from dated
