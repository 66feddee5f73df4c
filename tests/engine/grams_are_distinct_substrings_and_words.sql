-- substrings of one and two letters, words of Latin letters and pairs of them, each once; emoji are one letter
{% set cases = [
    (1, 'ab ab', ['a', 'b', ' ', 'ab', 'b ', ' a', ' ab ', ' ab ab ']),
    (2, '好👍', ['好', '👍', '好👍']),
    (3, '好', ['好']),
    (4, '', []),
] %}

with texts as (
    {%- for text_key, landed, grams in cases %}
    select
        {{ text_key }} as text_key,
        '{{ landed }}' as scored_text
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

expected as (
    {%- for text_key, landed, grams in cases if grams %}
    {%- set outer = loop.last %}
    {%- for gram in grams %}
    select
        {{ text_key }} as text_key,
        '{{ gram }}' as gram
    {%- if not (outer and loop.last) %}
    union all
    {%- endif %}
    {%- endfor %}
    {%- endfor %}
),

found as (
    {{ grams_of('texts', ['text_key'], 'scored_text', [1, 2]) }}
),

counted as (
    select
        text_key,
        gram,
        count(*) as found_count
    from found
    group by text_key, gram
)

select
    counted.found_count,
    coalesce(counted.text_key, expected.text_key) as text_key,
    coalesce(counted.gram, expected.gram) as gram
from counted
full outer join expected
    on
        counted.text_key = expected.text_key
        and counted.gram = expected.gram
where counted.found_count is null or expected.gram is null or counted.found_count > 1
