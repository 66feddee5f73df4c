with texts as (
    select * from {{ ref('int_texts_masked') }}
    where scored_text <> ''
)

select
    text_key,
    -- the same for all of them
    min(scored_text) as scored_text
from texts
group by text_key
