with records as (
    select * from {{ ref('int_feedback_records') }}
),

touchpoints as (
    select * from {{ ref('int_touchpoints_resolved') }}
),

definitions as (
    select * from {{ ref('touchpoints') }}
    where {{ of_this_industry() }}
),

scores as (
    select * from {{ ref('int_scores_scaled') }}
),

texts as (
    select
        record_key,
        text_key
    from {{ ref('int_texts_masked') }}
),

identifier_sets as (
    select * from {{ ref('int_identifier_sets_resolved') }}
),

-- the touch of a survey's answer is the survey; what is judged is another touchpoint
placed as (
    select
        records.record_key,
        records.text_kind,
        records.identifier_set_key,
        records.answered_at,
        case
            when records.text_kind = 'survey_comment'
                then coalesce(definitions.touchpoint_code, touchpoints.touchpoint_code)
            else touchpoints.touchpoint_code
        end as touchpoint_code,
        case
            when records.text_kind = 'survey_comment'
                then coalesce(definitions.channel_code, touchpoints.channel_code)
            else touchpoints.channel_code
        end as channel_code,
        coalesce(records.region, touchpoints.region) as region
    from records
    -- records in scope alone are touches
    inner join touchpoints on records.record_key = touchpoints.touchpoint_key
    left join definitions on records.touchpoint_code = definitions.touchpoint_code
)

select
    placed.record_key,
    placed.text_kind,
    placed.touchpoint_code,
    placed.channel_code,
    placed.region,
    placed.answered_at,
    identifier_sets.user_key,
    texts.text_key,
    scores.score_scaled
from placed
inner join texts on placed.record_key = texts.record_key
left join identifier_sets
    on placed.identifier_set_key = identifier_sets.identifier_set_key
left join scores on placed.record_key = scores.record_key
