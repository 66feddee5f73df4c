-- A number has no currency; thousands separators and full-width digits do not matter.
{% set cases = [
    ('5', '5.0000'),
    ('-5', '-5.0000'),
    ('4.5', '4.5000'),
    ('0.00005', '0.0001'),
    ('-0.00005', '-0.0001'),
    ('1,234', '1234.0000'),
    ('１２', '12.0000'),
    ('007', '7.0000'),
    ('¥5', none),
    ('5分', none),
    ('five', none),
    ('五', none),
    ('1,2', none),
    ('1/2', none),
    ('5%', none),
    ('NaN', none),
    ('Infinity', none),
    ('1_000', none),
    ('0x10', none),
    ('999999999999999', none),
    ('-', none),
] %}

with cases as (
    {%- for landed, expected in cases %}
    {%- set quoted = "'" ~ expected ~ "'" if expected is not none else 'null' %}
    select
        {{ loop.index }} as case_number,
        '{{ landed }}' as landed,
        cast({{ quoted }} as decimal(18, 4)) as expected
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
        {{ normalise_number('landed') }} as actual
    from cleaned
)

select *
from normalised
where actual is distinct from expected
