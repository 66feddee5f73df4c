{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    pre_hook="{{ drop_affected(ref('int_distinct_text_inputs'), 'text_key') }}",
    post_hook="{{ remember_inputs(ref('int_distinct_text_inputs')) }}"
) }}
{%- set as_double = 'cast({} as ' ~ double_type() ~ ')' -%}
{%- set score = 'total_weight / 1e6 / scale_of_text' -%}
with inputs as (
    select text_key from {{ ref('int_distinct_text_inputs') }}
    where {{ is_affected('text_key') }}
),

models as (
    select * from {{ ref('int_sentiment_models') }}
),

entries as (
    select
        entry,
        weight,
        square,
        is_evidence,
        entry_rank
    from {{ ref('int_sentiment_entries') }}
    where entry_kind = 'gram'
),

texts as (
    select
        texts.text_key,
        texts.scored_text
    from {{ ref('int_texts_distinct') }} as texts
    inner join inputs on texts.text_key = inputs.text_key
),

grams as (
    {{ grams_of('texts', ['text_key'], 'scored_text', sentiment_gram_lengths()) }}
),

matched as (
    select
        grams.text_key,
        entries.entry,
        entries.weight,
        entries.square,
        entries.is_evidence,
        entries.entry_rank
    from grams
    inner join entries on grams.gram = entries.entry
),

-- whole numbers: no order of addition changes a score
summed as (
    select
        text_key,
        {{ as_double.format('sum(weight)') }} as total_weight,
        {{ as_double.format('sum(square)') }} as total_square
    from matched
    group by text_key
),

scored as (
    select
        summed.text_key,
        case
            when summed.total_square > 0 then sqrt(summed.total_square / 1e6) else 1
        end as scale_of_text,
        summed.total_weight,
        {{ as_double.format('models.intercept') }} / 1e6 as intercept
    from summed
    cross join models
),

-- the chance that somebody who writes so is content, on -1 to 1; beyond 30 it is the same to 13 digits, and exp overflows
judged as (
    select
        text_key,
        2 / (1 + exp(-greatest(-30, least(30, intercept + {{ score }})))) - 1
            as sentiment
    from scored
),

speaking as (
    select
        matched.text_key,
        matched.entry,
        row_number() over (
            partition by matched.text_key
            order by matched.entry_rank
        ) as entry_number
    from matched
    inner join judged on matched.text_key = judged.text_key
    where
        matched.is_evidence
        and (
            (judged.sentiment > 0 and matched.weight > 0)
            or (judged.sentiment < 0 and matched.weight < 0)
        )
),

evidence as (
    select
        text_key,
        {{ ordered_list(
            'trim(entry)', 'entry_number',
            'entry_number <= ' ~ var('evidence_term_count')
        ) }} as evidence_terms
    from speaking
    where entry_number <= {{ var('evidence_term_count') }}
    group by text_key
)

select
    inputs.text_key,
    models.model_version,
    -- a text without a known gram says nothing
    coalesce(judged.sentiment, {{ as_double.format(0) }}) as sentiment,
    case
        when judged.sentiment > {{ var('neutral_sentiment') }} then 'positive'
        when judged.sentiment < -{{ var('neutral_sentiment') }} then 'negative'
        else 'neutral'
    end as sentiment_label,
    evidence.evidence_terms
from inputs
cross join models
left join judged on inputs.text_key = judged.text_key
left join evidence on inputs.text_key = evidence.text_key
