with models as (
    select * from {{ ref('int_sentiment_models') }}
),

labelled as (
    select * from {{ ref('int_texts_labelled') }}
),

sentiments as (
    select * from {{ ref('int_text_sentiments') }}
),

-- the lexicon has learned from no text, so all rated ones are held out
on_all as (
    select
        count(*) as text_count,
        count(case when labelled.is_high then 1 end) as high_count,
        count(
            case
                when labelled.is_high and sentiments.sentiment > 0 then 1
                when not labelled.is_high and sentiments.sentiment < 0 then 1
            end
        ) as correct_count,
        count(case when labelled.is_high and sentiments.sentiment > 0 then 1 end)
            as high_correct_count
    from labelled
    inner join sentiments on labelled.text_key = sentiments.text_key
),

measured as (
    select
        models.model_version,
        models.training_method,
        models.gram_count,
        coalesce(models.training_text_count, 0) as training_text_count,
        coalesce(models.held_out_text_count, on_all.text_count) as held_out_text_count,
        coalesce(models.held_out_correct_count, on_all.correct_count)
            as held_out_correct_count,
        coalesce(models.held_out_high_count, on_all.high_count) as held_out_high_count,
        coalesce(models.held_out_high_correct_count, on_all.high_correct_count)
            as held_out_high_correct_count
    from models
    cross join on_all
)

select
    model_version,
    training_method,
    gram_count,
    training_text_count,
    held_out_text_count,
    held_out_correct_count,
    {{ published_rate('held_out_correct_count', 'held_out_text_count') }} as accuracy,
    {{ published(
        wilson_low('held_out_correct_count', 'held_out_text_count'),
        'held_out_text_count'
    ) }} as accuracy_low,
    {{ published(
        wilson_high('held_out_correct_count', 'held_out_text_count'),
        'held_out_text_count'
    ) }} as accuracy_high,
    held_out_high_count,
    held_out_high_correct_count,
    held_out_text_count < {{ var('min_sample') }} as is_suppressed
from measured
