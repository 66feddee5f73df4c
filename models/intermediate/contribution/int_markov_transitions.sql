{%- set longest = var('markov_orders') | max %}
{%- set state = [] %}
{%- for distance in range(1, longest + 1) %}
{%- do state.append('from_' ~ distance) %}
{%- endfor %}
with paths as (
    select
        *,
        journey_count - open_count as ended_count
    from {{ ref('int_paths_counted') }}
),

path_transitions as (
    {%- for order in var('markov_orders') %}
    {%- for level in (journey_levels() if order == 1 else var('few_code_levels')) %}
    {{ state_transitions(order, level, longest) }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
)

select
    path_transitions.markov_order,
    paths.goal_code,
    paths.level,
    paths.month_date,
    paths.person_group,
    {%- for code in state %}
    path_transitions.{{ code }},
    {%- endfor %}
    path_transitions.to_code,
    cast(sum(path_transitions.transition_count * paths.ended_count) as bigint)
        as journey_count,
    {%- set at_end = 'case when path_transitions.to_code is null then paths.' %}
    cast(sum({{ at_end }}converted_count else 0 end) as bigint) as converted_count,
    cast(sum({{ at_end }}value else 0 end) as decimal(18, 2)) as value
from path_transitions
inner join paths on path_transitions.path_key = paths.path_key
where
    paths.ended_count > 0
    and (
        paths.person_group is null
        or (
            path_transitions.markov_order = 1
            and paths.level in ({{ quoted(var('few_code_levels')) }})
        )
    )
group by
    path_transitions.markov_order,
    paths.goal_code,
    paths.level,
    paths.month_date,
    paths.person_group,
    {%- for code in state %}
    path_transitions.{{ code }},
    {%- endfor %}
    path_transitions.to_code
