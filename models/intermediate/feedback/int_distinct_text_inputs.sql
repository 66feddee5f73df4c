with texts as (
    select text_key from {{ ref('int_texts_distinct') }}
),

models as (
    select model_version from {{ ref('int_sentiment_models') }}
)

-- the weights' version and the seeds are as much an input as the text
select
    texts.text_key,
    {{ sum_of_hashes(['texts.text_key', 'models.model_version']) }} as input_hash
from texts
cross join models
group by texts.text_key
