-- Texts are looked through in small letters, without digits and signs, by up to four Chinese letters and by English words.
{%- set words = [
    ('topic_rules', 'keyword', '^[a-z]+( [a-z]+)?$'),
    ('sentiment_lexicon', 'term', '^[a-z]+$'),
    ('sentiment_negators', 'negator', '^[a-z]+$'),
] %}
{%- for seed, column, english in words %}
select
    '{{ seed }}' as seed_name,
    seeds.industry,
    seeds.{{ column }} as word
from {{ ref(seed) }} as seeds
where
    (seeds.language = 'en' and not {{ matches('seeds.' ~ column, english) }})
    or (seeds.language = 'zh' and not {{ matches('seeds.' ~ column, '^[一-龥]{1,4}$') }})
{{ 'union all' if not loop.last }}
{%- endfor %}
