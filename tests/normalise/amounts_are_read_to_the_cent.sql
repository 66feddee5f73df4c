-- Money: decimals with or without thousands separators or a currency sign, halves away from zero.
{% set cases = [
    ('1234.5', '1234.50'),
    ('1234', '1234.00'),
    ('0', '0.00'),
    ('-12.30', '-12.30'),
    ('+12.30', '12.30'),
    ('¥1,234.50', '1234.50'),
    ('￥1,234.50', '1234.50'),
    ('¥ 1,234.50', '1234.50'),
    ('1,234,567.89', '1234567.89'),
    ('-¥5', '-5.00'),
    ('¥-5', '-5.00'),
    ('－¥5', '-5.00'),
    ('−5', '-5.00'),
    ('$99.99', '99.99'),
    ('US$99.99', '99.99'),
    ('HK$ 1,000', '1000.00'),
    ('€12.5', '12.50'),
    ('12.50 €', '12.50'),
    ('CNY 88', '88.00'),
    ('88 CNY', '88.00'),
    ('RMB1,000', '1000.00'),
    ('88元', '88.00'),
    ('1,234.50 元', '1234.50'),
    ('１，２３４．５０', '1234.50'),
    ('¥１２', '12.00'),
    ('1.005', '1.01'),
    ('-1.005', '-1.01'),
    ('0.004', '0.00'),
    ('999999999999.99', '999999999999.99'),
    ('-¥999,999,999,999.99', '-999999999999.99'),
    ('999999999999.995', none),
    ('1000000000000', none),
    ('99999999999999999', none),
    ('1,23', none),
    ('12,34.5', none),
    ('1.234,50', none),
    ('1.2.3', none),
    ('1 234', none),
    ('¥', none),
    ('元', none),
    ('abc', none),
    ('12.5%', none),
    ('1e3', none),
    ('--5', none),
    ('-¥-5', none),
    ('5.', none),
    ('.5', none),
    ('(5.00)', none),
    ('N/A', none),
    ('面议', none),
] %}

with cases as (
    {%- for landed, expected in cases %}
    {%- set quoted = "'" ~ expected ~ "'" if expected is not none else 'null' %}
    select
        {{ loop.index }} as case_number,
        '{{ landed }}' as landed,
        cast({{ quoted }} as decimal(18, 2)) as expected
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
        {{ normalise_amount('landed') }} as actual
    from cleaned
)

select *
from normalised
where actual is distinct from expected
