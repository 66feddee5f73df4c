-- The usual words and the standard's digits; anything else is not said.
{% set cases = [
    ('女', 'female'),
    ('F', 'female'),
    ('Female', 'female'),
    ('女士', 'female'),
    ('2', 'female'),
    ('男', 'male'),
    ('先生', 'male'),
    ('m', 'male'),
    ('1', 'male'),
    ('0', none),
    ('9', none),
    ('未知', none),
    ('mf', none),
    ('', none),
] %}

with cases as (
    {%- for landed, expected in cases %}
    select
        '{{ landed }}' as landed,
        cast({{ "'" ~ expected ~ "'" if expected else 'null' }} as {{ text_type() }})
            as expected
    {{ 'union all' if not loop.last }}
    {%- endfor %}
)

select
    landed,
    expected,
    {{ normalise_gender('landed') }} as found
from cases
where
    coalesce({{ normalise_gender('landed') }}, '(none)')
    <> coalesce(expected, '(none)')
