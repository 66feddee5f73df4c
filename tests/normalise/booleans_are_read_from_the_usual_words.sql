-- True and false in the words and figures that exports use; anything else is refused.
{% set cases = [
    ('1', 'true'),
    ('0', 'false'),
    ('true', 'true'),
    ('False', 'false'),
    ('TRUE', 'true'),
    ('t', 'true'),
    ('F', 'false'),
    ('yes', 'true'),
    ('No', 'false'),
    ('Y', 'true'),
    ('n', 'false'),
    ('是', 'true'),
    ('否', 'false'),
    ('真', 'true'),
    ('假', 'false'),
    ('1.0', 'true'),
    ('0.0', 'false'),
    ('2', none),
    ('-1', none),
    ('10', none),
    ('truth', none),
    ('ja', none),
    ('是的', none),
    ('null', none),
    ('', none),
] %}

with cases as (
    {%- for landed, expected in cases %}
    {%- set quoted = "'" ~ expected ~ "'" if expected is not none else 'null' %}
    select
        {{ loop.index }} as case_number,
        '{{ landed }}' as landed,
        cast({{ quoted }} as boolean) as expected
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

cleaned as (
    select
        case_number,
        {{ clean_text('landed') }} as landed,
        expected
    from cases
),

normalised as (
    select
        case_number,
        landed,
        expected,
        {{ normalise_boolean('landed') }} as actual
    from cleaned
)

select *
from normalised
where actual is distinct from expected
