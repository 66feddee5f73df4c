{% set cases = [
    ('质量GOOD，用了12天', '质量 good ，用了0天'),
    ('[masked]  很好 ', '很好'),
    ('Don’t buy', 'dont buy'),
    ('[masked]', ''),
] %}

with cases as (
    {%- for masked, expected in cases %}
    select
        {{ loop.index }} as case_number,
        '{{ masked }}' as masked_text,
        '{{ expected }}' as expected
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

scored as (
    select
        case_number,
        {{ scored_text('masked_text') }} as actual,
        expected
    from cases
)

select *
from scored
where actual is distinct from expected
