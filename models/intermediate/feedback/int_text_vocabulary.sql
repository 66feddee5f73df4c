with learned as (
    select entry from {{ ref('int_sentiment_entries') }}
    where entry_kind = 'word'
),

lexicon as (
    select * from {{ ref('sentiment_lexicon') }}
    where {{ of_this_industry() }} and language = 'zh'
),

topic_rules as (
    select
        language,
        keyword,
        case when language = 'en' then ' ' || keyword || ' ' else keyword end as entry
    from {{ ref('topic_rules') }}
    where {{ of_this_industry() }}
),

stop_words as (
    select word from {{ ref('stop_words') }}
    where {{ of_this_industry() }}
),

-- what the tokenizer found in training; before any, what the seeds know
words as (
    select entry from learned
    union all
    select term as entry from lexicon
    where (select count(*) from learned) = 0
    union all
    select keyword as entry from topic_rules
    where language = 'zh' and (select count(*) from learned) = 0
),

known as (
    select
        words.entry,
        1 as word_count,
        0 as keyword_count
    from words
    left join stop_words on words.entry = stop_words.word
    where length(words.entry) between 2 and 4 and stop_words.word is null
    union all
    select
        entry,
        0 as word_count,
        1 as keyword_count
    from topic_rules
)

select
    entry,
    sum(word_count) > 0 as is_word,
    sum(keyword_count) > 0 as is_keyword
from known
group by entry
