-- The date on the wall clock of the business time zone; a date alone is itself.
{% set cases = [
    ('2025-03-01', '2025-03-01'),
    ('2025-3-1', '2025-03-01'),
    ('2025/3/1', '2025-03-01'),
    ('2025年3月1日', '2025-03-01'),
    ('2025-03-01 23:59:59', '2025-03-01'),
    ('2025/3/1 0:00', '2025-03-01'),
    ('1949-10-01', '1949-10-01'),
    ('1986-05-04', '1986-05-04'),
    ('２０２５-０３-０１', '2025-03-01'),
    ('2025-02-30', none),
    ('2025-02-29', none),
    ('2025-13-01', none),
    ('25-03-01', none),
    ('3/1/2025', none),
    ('20250301', none),
    ('不详', none),
    ('', none),
] %}

with cases as (
    {%- for landed, expected in cases %}
    {%- set quoted = "'" ~ expected ~ "'" if expected is not none else 'null' %}
    select
        {{ loop.index }} as case_number,
        '{{ landed }}' as landed,
        cast({{ quoted }} as date) as expected
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
        {{ normalise_date('landed') }} as actual
    from cleaned
)

select *
from normalised
where actual is distinct from expected
