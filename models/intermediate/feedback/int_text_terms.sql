{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    pre_hook="{{ drop_affected(ref('int_distinct_text_inputs'), 'text_key') }}",
    post_hook="{{ remember_inputs(ref('int_distinct_text_inputs')) }}"
) }}
with inputs as (
    select text_key from {{ ref('int_distinct_text_inputs') }}
    where {{ is_affected('text_key') }}
),

vocabulary as (
    select * from {{ ref('int_text_vocabulary') }}
),

stop_words as (
    select ' ' || word || ' ' as entry from {{ ref('stop_words') }}
    where {{ of_this_industry() }} and language = 'en'
),

texts as (
    select
        texts.text_key,
        texts.scored_text
    from {{ ref('int_texts_distinct') }} as texts
    inner join inputs on texts.text_key = inputs.text_key
),

grams as (
    {{ grams_of('texts', ['text_key'], 'scored_text', [1, 2, 3, 4]) }}
),

-- Latin letters stand in words anyhow: each is a term of its own
found as (
    select
        grams.text_key,
        trim(grams.gram) as term,
        coalesce(vocabulary.is_keyword, false) as is_keyword,
        coalesce(vocabulary.is_word, false)
        or (
            {{ matches('grams.gram', '^ [a-z]{3,} $') }}
            and stop_words.entry is null
        ) as is_word
    from grams
    left join vocabulary on grams.gram = vocabulary.entry
    left join stop_words on grams.gram = stop_words.entry
    where
        vocabulary.entry is not null
        or (
            {{ matches('grams.gram', '^ [a-z]{3,} $') }}
            and stop_words.entry is null
        )
),

-- of 满意 and 不满意 in one text the longer is what was said
words as (
    select
        text_key,
        term
    from found
    where is_word and {{ matches('term', '^[一-龥]') }}
),

contained as (
    select distinct
        shorter.text_key,
        shorter.term
    from words as shorter
    inner join words as longer
        on
            shorter.text_key = longer.text_key
            and length(shorter.term) < length(longer.term)
    where position(shorter.term in longer.term) > 0
)

select
    found.text_key,
    found.term,
    found.is_keyword,
    found.is_word and contained.term is null as is_word
from found
left join contained
    on
        found.text_key = contained.text_key
        and found.term = contained.term
