{%- set orders = var('markov_orders') %}
{%- set longest = orders | max %}
with steps as (
    {%- for level in journey_levels() %}
    select
        stretch_key,
        '{{ level }}' as level,
        {{ level }}_code as code,
        touch_number
    from {{ ref('int_journey_steps') }}
    where is_{{ level }}_step
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

neighbours as (
    select
        *,
        {%- for distance in range(1, longest + 1) %}
        lag(code, {{ distance }}) over step_order as before_{{ distance }},
        {%- endfor %}
        lead(touch_number) over step_order as next_number
    from steps
    window step_order as (
        partition by stretch_key, level
        order by touch_number
    )
),

-- the state is what the last steps were, and stays when it would be followed by itself
transitions as (
    {%- for order in orders %}
    select
        {{ order }} as markov_order,
        stretch_key,
        level,
        {%- for distance in range(1, longest + 1) %}
        {{ 'before_' ~ distance if distance <= order else 'cast(null as ' ~ text_type() ~ ')' }}
            as from_{{ distance }},
        {%- endfor %}
        code as to_code
    from neighbours
    where
        {%- if order > 1 %}
        level in ({{ quoted(var('few_code_levels')) }})
        and {% endif %} (
            before_1 is null
            {%- for distance in range(1, order + 1) %}
            or before_{{ distance }} is null
            or code <> before_{{ distance }}
            {%- endfor %}
        )
    union all
    select
        {{ order }} as markov_order,
        stretch_key,
        level,
        {%- for distance in range(1, longest + 1) %}
        {{ ('before_' ~ (distance - 1) if distance > 1 else 'code') if distance <= order
            else 'cast(null as ' ~ text_type() ~ ')' }} as from_{{ distance }},
        {%- endfor %}
        cast(null as {{ text_type() }}) as to_code
    from neighbours
    where
        next_number is null
        {%- if order > 1 %}
        and level in ({{ quoted(var('few_code_levels')) }})
        {%- endif %}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

journeys as (
    select * from {{ ref('int_journeys_ended') }}
    where journey_status <> 'open'
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
    person_group,
    {%- for distance in range(1, longest + 1) %}
    from_{{ distance }},
    {%- endfor %}
    to_code,
    count(*) as journey_count,
    count(conversion_key) as converted_count,
    cast(coalesce(sum(value), 0) as decimal(18, 2)) as value
from followed
{%- set state %}
    {%- for distance in range(1, longest + 1) %} from_{{ distance }}, {% endfor %} to_code
{%- endset %}
group by grouping sets (
    (markov_order, goal_code, level, month_date, {{ state }}),
    (markov_order, goal_code, level, person_group, {{ state }})
)
