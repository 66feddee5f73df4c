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
        kind_hash,
        is_of_place,
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
    group by funnel_number, user_key, kind_hash, is_of_place
),

-- most persons have entries of one kind alone: these persons are counted before they are broken down
placed as (
    select
        *,
        count(*) over (
            partition by funnel_number, user_key, is_of_place
        ) as kind_count
    from kinds
),

alike as (
    select
        kind_hash,
        entered_count,
        {{ counts | join(',\n        ') }},
        count(*) as person_count
    from placed
    where kind_count = 1
    group by
        kind_hash,
        entered_count,
        {{ counts | join(',\n        ') }}
),

several as (
    select
        cells.cell_hash,
        {%- for count in counts + ['entered_count'] %}
        sum(cast(placed.{{ count }} as {{ double_type() }})) as {{ count }},
        {%- endfor %}
        placed.user_key
    from placed
    inner join cells on placed.kind_hash = cells.kind_hash
    where placed.kind_count > 1
    group by cells.cell_hash, placed.user_key
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
