with entries as (
    select * from {{ ref('int_sentiment_entries') }}
),

figures as (
    select
        model_version,
        case when entry_kind = 'figure' then entry end as figure,
        case when entry_kind = 'gram' then 1 end as gram,
        weight
    from entries
)

select
    model_version,
    case
        when model_version like 'lexicon-%' then 'lexicon'
        else 'trained'
    end as training_method,
    count(gram) as gram_count,
    {%- for figure in [
        'training_text_count', 'held_out_text_count', 'held_out_correct_count',
        'held_out_high_count', 'held_out_high_correct_count'
    ] %}
    max(case when figure = '{{ figure }}' then weight end) as {{ figure }},
    {%- endfor %}
    max(case when figure = 'intercept' then weight end) as intercept
from figures
group by model_version
