-- A mainland mobile is its 11 digits, a number with a country's code is E.164, others stay national digits.
{{ config(enabled=(var('default_country_code') | string == '')) }}
{% set cases = [
    ('13912345678', '13912345678'),
    ('+8613912345678', '13912345678'),
    ('008613912345678', '13912345678'),
    ('8613912345678', '13912345678'),
    ('+86 139 1234 5678', '13912345678'),
    ('+86-139-1234-5678', '13912345678'),
    ('(+86) 139 1234 5678', '13912345678'),
    ('139-1234-5678', '13912345678'),
    ('139.1234.5678', '13912345678'),
    ('13912345678.0', '13912345678'),
    ('58881234.0', '58881234'),
    ('01.40.20.50.00', '0140205000'),
    ('１３９１２３４５６７８', '13912345678'),
    ('＋８６　１３９１２３４５６７８', '13912345678'),
    ('139 １２３４ 5678', '13912345678'),
    (' 19912345678 ', '19912345678'),
    ('139\u00a01234\u202f5678', '13912345678'),
    ('\u202a+33\u20091 23 45 67 89\u202c', '+33123456789'),
    ('139\u20121234\u20125678\u200b', '13912345678'),
    ('13800138000', '13800138000'),
    ('+1 (312) 555-0123', '+13125550123'),
    ('0044 20 7946 0958', '+442079460958'),
    ('+44 (0)20 7946 0958', '+442079460958'),
    ('+852 5123 4567', '+85251234567'),
    ('021-5888 1234', '02158881234'),
    ('400-820-8820', '4008208820'),
    ('1 (11) 500 555-0162', '1115005550162'),
    ('139-555-0132', '1395550132'),
    ('139123456789', none),
    ('+86 139 1234 567', none),
    ('+86 139 1234 56789', none),
    ('1380013', none),
    ('1380013.0', none),
    ('110', none),
    ('0', none),
    ('abc', none),
    ('不详', none),
    ('无', none),
    ('13912345678x', none),
    ('13912345678/13812345678', none),
    ('13912345678 转 12', none),
    ('+0 123 4567 8901', none),
    ('+1234567890123456', none),
    ('-', none),
    ('', none),
    ('ⅠⅢ912345678', none),
] %}

with cases as (
    {%- for landed, expected in cases %}
    {%- set quoted = "'" ~ expected ~ "'" if expected is not none else 'null' %}
    select
        {{ loop.index }} as case_number,
        '{{ landed }}' as landed,
        cast({{ quoted }} as {{ text_type() }}) as expected
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
        {{ normalise_phone('landed') }} as actual
    from cleaned
)

select *
from normalised
where actual is distinct from expected
