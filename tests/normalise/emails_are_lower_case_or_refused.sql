-- An e-mail address is trimmed and lower-cased; what cannot be one is refused.
{% set cases = [
    ('ÜNAL@EXAMPLE.COM', 'ünal@example.com'),
    ('wang.lei@example.com', 'wang.lei@example.com'),
    ('  Wang.Lei@Example.COM ', 'wang.lei@example.com'),
    ('a+b_c%d-e@mail.example.co.uk', 'a+b_c%d-e@mail.example.co.uk'),
    ('li＠example．com', 'li@example.com'),
    ('用户@例子.公司', '用户@例子.公司'),
    ('a@1.2.3.4', 'a@1.2.3.4'),
    ('example.com', none),
    ('a@b', none),
    ('@example.com', none),
    ('a@', none),
    ('a@@example.com', none),
    ('a b@example.com', none),
    ('a@example..com', none),
    ('a@.com', none),
    ('a@example.com.', none),
    ('a@example.com;b@example.com', none),
    ('Wang <wang@example.com>', none),
    ('a@example.com,', none),
    ('N/A', none),
    ('无', none),
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
        {{ normalise_email('landed') }} as actual
    from cleaned
)

select *
from normalised
where actual is distinct from expected
