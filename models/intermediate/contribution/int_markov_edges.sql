{%- set longest = var('markov_orders') | max %}
{%- set from_codes = [] %}
{%- for distance in range(1, longest + 1) %}
{%- do from_codes.append('from_' ~ distance) %}
{%- endfor %}
{%- set to_codes = ['to_code'] %}
{%- for distance in range(1, longest) %}
{%- do to_codes.append(
    'case when markov_order > ' ~ distance ~ ' then from_' ~ distance ~ ' end'
) %}
{%- endfor %}
{%- set interval_levels = quoted(var('few_code_levels')) %}
with transitions as (
    select * from {{ ref('int_markov_transitions') }}
),

all_time as (
    select
        markov_order,
        goal_code,
        level,
        {{ from_codes | join(', ') }},
        to_code,
        sum(journey_count) as journey_count,
        sum(converted_count) as converted_count,
        sum(value) as value
    from transitions
    where month_date is not null
    group by markov_order, goal_code, level, {{ from_codes | join(', ') }}, to_code
),

person_groups as (
    select distinct person_group
    from {{ ref('int_person_groups') }}
),

-- what is left when a group of persons is left out
less_one_group as (
    select
        all_time.markov_order,
        all_time.goal_code,
        all_time.level,
        cast(null as date) as month_date,
        person_groups.person_group as left_out_group,
        {%- for code in from_codes %}
        all_time.{{ code }},
        {%- endfor %}
        all_time.to_code,
        all_time.journey_count - coalesce(transitions.journey_count, 0)
            as journey_count,
        all_time.converted_count - coalesce(transitions.converted_count, 0)
            as converted_count,
        all_time.value - coalesce(transitions.value, 0) as value
    from all_time
    cross join person_groups
    left join transitions
        on
            all_time.markov_order = transitions.markov_order
            and all_time.goal_code = transitions.goal_code
            and all_time.level = transitions.level
            {%- for code in from_codes + ['to_code'] %}
            and coalesce(all_time.{{ code }}, '') = coalesce(transitions.{{ code }}, '')
            {%- endfor %}
            and person_groups.person_group = transitions.person_group
    where all_time.markov_order = 1 and all_time.level in ({{ interval_levels }})
),

chains as (
    select
        markov_order,
        goal_code,
        level,
        cast(null as date) as month_date,
        cast(null as integer) as left_out_group,
        {{ from_codes | join(', ') }},
        to_code,
        journey_count,
        converted_count,
        value
    from all_time
    union all
    select
        markov_order,
        goal_code,
        level,
        month_date,
        cast(null as integer) as left_out_group,
        {{ from_codes | join(', ') }},
        to_code,
        journey_count,
        converted_count,
        value
    from transitions
    where month_date is not null
    union all
    select *
    from less_one_group
    where journey_count > 0
)

select
    *,
    {{ row_hash([
        'markov_order', 'goal_code', 'level', 'month_date', 'left_out_group'
    ]) }} as chain_key,
    {{ row_hash(from_codes) }} as from_state,
    case
        when to_code is not null
            then {{ row_hash(to_codes) }}
    end as to_state
from chains
