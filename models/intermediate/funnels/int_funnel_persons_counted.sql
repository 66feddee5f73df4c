{#- How often a person reached each step. -#}
{%- set counts = [] -%}
{%- for number in range(1, var('max_funnel_steps') + 1) -%}{%- do counts.append('reached_' ~ number) -%}{%- endfor -%}
with cells as (
    select * from {{ ref('int_funnel_cells') }}
),

kinds as (
    select
        funnel_number,
        user_key,
        place_kind_hash,
        min(person_kind_hash) as person_kind_hash,
        {%- for count in counts %}
        count(case when (reached_steps & {{ 2 ** loop.index0 }}) > 0 then 1 end)
            as {{ count }},
        {%- endfor %}
        count(*) as entered_count
    from {{ ref('int_funnel_entries_described') }}
    where
        funnel_number in (
            select rules.funnel_number from {{ ref('int_funnel_step_rules') }} as rules
            where rules.is_repeated
        )
    group by funnel_number, user_key, place_kind_hash
),

persons as (
    select
        funnel_number,
        user_key,
        {%- for count in counts + ['entered_count'] %}
        cast(sum({{ count }}) as bigint) as {{ count }},
        {%- endfor %}
        count(*) as kind_count,
        min(place_kind_hash) as place_kind_hash,
        min(person_kind_hash) as person_kind_hash
    from kinds
    group by funnel_number, user_key
),

-- by their person all entries are of one kind, and most persons have entries of one kind of place alone: these
-- persons are counted before they are broken down
alike as (
    {%- for kind_hash in ['place_kind_hash', 'person_kind_hash'] %}
    select
        {{ kind_hash }} as kind_hash,
        entered_count,
        {{ counts | join(',\n        ') }},
        count(*) as person_count
    from persons
    {{ 'where kind_count = 1' if loop.first }}
    group by
        {{ kind_hash }},
        entered_count,
        {{ counts | join(',\n        ') }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

several as (
    select
        cells.cell_hash,
        {%- for count in counts + ['entered_count'] %}
        sum(cast(kinds.{{ count }} as {{ double_type() }})) as {{ count }},
        {%- endfor %}
        kinds.user_key
    from kinds
    inner join persons
        on
            kinds.funnel_number = persons.funnel_number
            and kinds.user_key = persons.user_key
    inner join cells on kinds.place_kind_hash = cells.kind_hash
    where persons.kind_count > 1
    group by cells.cell_hash, kinds.user_key
)

select
    cells.cell_hash,
    {%- for count in counts + ['entered_count'] %}
    cast(alike.{{ count }} as {{ double_type() }}) as {{ count }},
    {%- endfor %}
    alike.person_count
from alike
inner join cells on alike.kind_hash = cells.kind_hash
union all
select
    cell_hash,
    {{ counts | join(',\n    ') }},
    entered_count,
    count(*) as person_count
from several
group by
    cell_hash,
    entered_count,
    {{ counts | join(',\n        ') }}
