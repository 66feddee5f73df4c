{%- set longest = var('markov_orders') | max %}
{%- set state = [] %}
{%- for distance in range(1, longest + 1) %}
{%- do state.append('from_' ~ distance) %}
{%- endfor %}
with journeys as (
    select * from {{ ref('int_journeys_ended') }}
    where journey_status <> 'open'
),

-- the state is what the last steps were, and stays when it would be followed by itself
transitions as (
    select
        1 as markov_order,
        stretch_key,
        level,
        from_code as from_1,
        {%- for distance in range(2, longest + 1) %}
        cast(null as {{ text_type() }}) as from_{{ distance }},
        {%- endfor %}
        to_code
    from {{ ref('int_step_transitions') }}
    where
        from_code is null
        or to_code is null
        or from_code <> to_code
    {%- for order in var('markov_orders') if order > 1 %}
    union all
    {{ state_transitions(order, longest) }}
    {%- endfor %}
),

followed as (
    select
        transitions.*,
        journeys.goal_code,
        journeys.month_date,
        journeys.person_group,
        case when transitions.to_code is null then journeys.conversion_key end
            as conversion_key,
        case when transitions.to_code is null then journeys.value end as value
    from transitions
    inner join journeys on transitions.stretch_key = journeys.stretch_key
)

select
    markov_order,
    goal_code,
    level,
    month_date,
    cast(null as integer) as person_group,
    {{ state | join(', ') }},
    to_code,
    count(*) as journey_count,
    count(conversion_key) as converted_count,
    cast(coalesce(sum(value), 0) as decimal(18, 2)) as value
from followed
{%- if 1 not in var('markov_orders') %}
where markov_order > 1
{%- endif %}
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
    count(*) as journey_count,
    count(conversion_key) as converted_count,
    cast(coalesce(sum(value), 0) as decimal(18, 2)) as value
from followed
where markov_order = 1 and level in ({{ quoted(var('few_code_levels')) }})
group by markov_order, goal_code, level, person_group, {{ state | join(', ') }}, to_code
{%- endif %}
