{#- What `make train` learns from, and what any model's accuracy is measured on: rated texts, each wording once. -#}
with texts as (
    select * from {{ ref('int_feedback_texts') }}
    where
        score_scaled is not null
        and text_kind in ({{ quoted(var('sentiment_training_kinds')) }})
),

distinct_texts as (
    select * from {{ ref('int_texts_distinct') }}
),

rated as (
    select
        text_key,
        avg(cast(score_scaled as decimal(18, 9))) as mean_score
    from texts
    group by text_key
)

select
    rated.text_key,
    distinct_texts.scored_text,
    -- what lies between the two thresholds is neither
    rated.mean_score >= {{ var('high_score') }} as is_high,
    rated.text_key % {{ var('held_out_one_in') }} = 0 as is_held_out
from rated
inner join distinct_texts on rated.text_key = distinct_texts.text_key
where
    rated.mean_score <= {{ var('low_score') }}
    or rated.mean_score >= {{ var('high_score') }}
