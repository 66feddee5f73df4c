with texts as (
    select * from {{ ref('int_feedback_texts') }}
),

masked_texts as (
    select
        record_key,
        masked_text
    from {{ ref('int_texts_masked') }}
),

sentiments as (
    select * from {{ ref('int_text_sentiments') }}
),

topics as (
    select * from {{ ref('int_text_topics') }}
)

select
    {{ key_as_id('texts.record_key') }} as text_id,
    {{ key_as_id('texts.user_key') }} as user_id,
    texts.text_kind,
    texts.touchpoint_code,
    texts.channel_code,
    texts.region,
    texts.answered_at,
    {{ business_date('texts.answered_at') }} as answered_date,
    masked_texts.masked_text,
    texts.score_scaled,
    sentiments.sentiment,
    sentiments.sentiment_label,
    sentiments.evidence_terms,
    topics.topic_code,
    sentiments.model_version
from texts
inner join masked_texts on texts.record_key = masked_texts.record_key
left join sentiments on texts.text_key = sentiments.text_key
left join topics on texts.text_key = topics.text_key
