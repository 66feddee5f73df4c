{%- set longest = var('markov_orders') | max %}
{%- set state = [] %}
{%- for distance in range(1, longest + 1) %}
{%- do state.append('from_' ~ distance) %}
{%- endfor %}
with journeys as (
    select * from {{ ref('int_journeys_ended') }}
    where journey_status <> 'open'
),

cells as (
    {%- for order in var('markov_orders') %}
    {%- for level in (journey_levels() if order == 1 else var('few_code_levels')) %}
    {{ state_transitions(order, level, longest) }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
)

select
    markov_order,
    goal_code,
    level,
    month_date,
    cast(null as integer) as person_group,
    {{ state | join(', ') }},
    to_code,
    sum(journey_count) as journey_count,
    sum(converted_count) as converted_count,
    cast(sum(value) as decimal(18, 2)) as value
from cells
group by markov_order, goal_code, level, month_date, {{ state | join(', ') }}, to_code
{%- if 1 in var('markov_orders') %}
union all
select
    markov_order,
    goal_code,
    level,
    cast(null as date) as month_date,
    person_group,
    {{ state | join(', ') }},
    to_code,
    sum(journey_count) as journey_count,
    sum(converted_count) as converted_count,
    cast(sum(value) as decimal(18, 2)) as value
from cells
where markov_order = 1 and level in ({{ quoted(var('few_code_levels')) }})
group by markov_order, goal_code, level, person_group, {{ state | join(', ') }}, to_code
{%- endif %}
