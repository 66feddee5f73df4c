with scores as (
    select * from {{ ref('int_scores_unioned') }}
),

scales as (
    select * from {{ ref('satisfaction_scales') }}
),

default_scales as (
    select * from scales
    where is_default
),

touchpoint_definitions as (
    select * from {{ ref('touchpoints') }}
    where {{ of_this_industry() }}
),

on_a_scale as (
    select
        scores.*,
        default_scales.scale_min as default_min,
        default_scales.scale_max as default_max,
        default_scales.satisfied_from as default_satisfied_from,
        default_scales.detractor_to as default_detractor_to,
        default_scales.is_ascending as default_is_ascending,
        coalesce(scores.scale_min, default_scales.scale_min) as known_min,
        coalesce(scores.scale_max, default_scales.scale_max) as known_max
    from scores
    left join default_scales on scores.score_type = default_scales.score_type
),

-- a scale without a rule of its own: the default scale's thresholds at the same share
-- of its length
with_fallback as (
    select
        *,
        known_min + (known_max - known_min) * (default_satisfied_from - default_min)
        / (default_max - default_min) as fallback_satisfied_from,
        known_min + (known_max - known_min) * (default_detractor_to - default_min)
        / (default_max - default_min) as fallback_detractor_to
    from on_a_scale
),

ruled as (
    select
        answers.record_key,
        answers.score_type,
        coalesce(definitions.touchpoint_code, 'survey_answer') as touchpoint_code,
        coalesce(definitions.channel_code, 'survey') as channel_code,
        answers.region,
        answers.score,
        answers.answered_at,
        answers.identifier_set_key,
        answers.known_min as scale_min,
        answers.known_max as scale_max,
        coalesce(scales.satisfied_from, answers.fallback_satisfied_from)
            as satisfied_from,
        coalesce(scales.detractor_to, answers.fallback_detractor_to)
            as detractor_to,
        coalesce(scales.is_ascending, answers.default_is_ascending, true)
            as is_ascending
    from with_fallback as answers
    left join scales
        on
            answers.score_type = scales.score_type
            and answers.known_min = scales.scale_min
            and answers.known_max = scales.scale_max
    left join touchpoint_definitions as definitions
        on answers.touchpoint_code = definitions.touchpoint_code
),

scaled as (
    select
        *,
        -- a scale of one point tells nothing
        score between scale_min and scale_max and scale_min < scale_max as is_valid,
        case
            when is_ascending then score
            else scale_min + scale_max - score
        end as ascending_score
    from ruled
)

select
    record_key,
    score_type,
    touchpoint_code,
    channel_code,
    region,
    answered_at,
    identifier_set_key,
    cast(score as decimal(18, 4)) as score,
    cast(scale_min as decimal(18, 4)) as scale_min,
    cast(scale_max as decimal(18, 4)) as scale_max,
    case
        when is_valid
            then
                cast(ascending_score - scale_min as {{ double_type() }})
                / cast(scale_max - scale_min as {{ double_type() }})
    end as score_scaled,
    case when is_valid then ascending_score >= satisfied_from end as is_satisfied,
    case
        when score_type = 'nps' and is_valid and ascending_score >= satisfied_from
            then 'promoter'
        when score_type = 'nps' and is_valid and ascending_score <= detractor_to
            then 'detractor'
        when score_type = 'nps' and is_valid then 'passive'
    end as nps_group
from scaled
