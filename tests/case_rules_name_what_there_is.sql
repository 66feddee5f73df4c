-- A code that no category, priority, touchpoint or kind of contact has is met by no case, and assigns nothing.
{%- set named = [
    ('category', 'case_categories', 'category_code'),
    ('priority', 'case_priorities', 'priority'),
    ('touchpoint', 'touchpoints', 'touchpoint_code'),
] %}
with rules as (
    select * from {{ ref('case_rules') }}
),

asked as (
    select
        industry,
        rule_code,
        condition_type as code_kind,
        condition_value as code
    from rules
    where condition_value is not null
    union all
    select
        industry,
        rule_code,
        'category' as code_kind,
        assigned_code as code
    from rules
    where assigns = 'category'
),

known as (
    {%- for kind, seed, code in named %}
    select
        industry,
        '{{ kind }}' as code_kind,
        {{ code }} as code
    from {{ ref(seed) }}
    union all
    {%- endfor %}
    {%- for kind, codes in [
        ('flag', ['true', 'false']),
        ('complaint', ['true']),
        ('contact_kind', ['ticket', 'call', 'enquiry', 'comment', 'post']),
    ] %}
    {%- set is_last = loop.last %}
    {%- for code in codes %}
    select
        'all' as industry,
        '{{ kind }}' as code_kind,
        '{{ code }}' as code
    {{ 'union all' if not (is_last and loop.last) }}
    {%- endfor %}
    {%- endfor %}
)

select
    asked.industry,
    asked.rule_code,
    asked.code_kind,
    asked.code
from asked
left join known
    on
        asked.code_kind = known.code_kind
        and asked.code = known.code
        and (
            asked.industry = known.industry
            or asked.industry = 'all'
            or known.industry = 'all'
        )
where
    known.code is null
    and asked.code_kind in (
        'category', 'priority', 'touchpoint', 'flag', 'complaint', 'contact_kind'
    )
