-- A null word is null only where it is the whole field; white space around a text is dropped.
{% set cases = [
    ('', none),
    ('   ', none),
    ('NULL', none),
    ('null', none),
    ('\\N', none),
    ('N/A', none),
    ('-', none),
    (' NULL ', none),
    ('　-　', none),
    ('NA', 'NA'),
    ('Null', 'Null'),
    ('n/a', 'n/a'),
    ('--', '--'),
    ('0', '0'),
    ('none', 'none'),
    ('无', '无'),
    ('NULL island', 'NULL island'),
    ('a-b', 'a-b'),
    ('N/A.', 'N/A.'),
    ('\\n', '\\n'),
    ('  SKU1 ', 'SKU1'),
    ('　上海　', '上海'),
    ('两 个 词', '两 个 词'),
    ('é', 'é'),
    ('好评！', '好评！'),
    ('👍', '👍'),
] %}

with cases as (
    {%- for landed, expected in cases %}
    {#- Spark's parser reads a backslash in a literal as an escape -#}
    {%- set spelt = [] %}
    {%- for text in [landed, expected] if text is not none %}
    {%- do spelt.append("'" ~ text | replace('\\', "' || chr(92) || '") ~ "'") %}
    {%- endfor %}
    select
        {{ spelt[0] }} as landed,
        cast({{ spelt[1] or 'null' }} as {{ text_type() }}) as expected
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

cleaned as (
    select
        landed,
        expected,
        {{ clean_text('landed') }} as actual
    from cases
)

select *
from cleaned
where actual is distinct from expected
