{{ config(
    pre_hook=[
        "{{ number_markov_states(ref('int_markov_edges')) }}",
        "{{ close_markov_chains(ref('int_markov_edges')) }}",
        "{{ walk_markov_chains(ref('int_markov_edges')) }}"
    ]
) }}
{%- set rate = 'cast(0 as ' ~ double_type() ~ ')' %}
{%- set key = row_hash(["''"]) %}
with states as (
    {{ working_rows('markov_states', {'chain_key': key, 'code': "''", 'state': '0'}) }}
),

closed as (
    {{ working_rows('markov_closed', {
        'chain_key': key, 'from_state': '0', 'to_state': '0', 'weight': rate
    }) }}
),

walked as (
    {{ working_rows('markov_walked', {
        'chain_key': key, 'removed_code': "''", 'conversion_rate': rate, 'value_rate': rate
    }) }}
),

-- order 1: whoever comes to a state at all, which is the expected number of visits over that of a visitor,
-- is lost with all that would follow
starts as (
    select
        chain_key,
        sum(case when to_state = -1 then weight else 0 end) as conversion_rate,
        sum(case when to_state = -2 then weight else 0 end) as value_rate
    from closed
    where from_state = 0
    group by chain_key
),

ends as (
    select
        chain_key,
        from_state as state,
        sum(case when to_state = -1 then weight else 0 end) as conversion_rate,
        sum(case when to_state = -2 then weight else 0 end) as value_rate,
        sum(case when to_state = from_state then weight else 0 end) as return_count
    from closed
    group by chain_key, from_state
),

lost as (
    select
        states.chain_key,
        states.code,
        starts.conversion_rate as whole_conversion_rate,
        starts.value_rate as whole_value_rate,
        visits.weight / (1 + coalesce(ends.return_count, 0))
        * coalesce(ends.conversion_rate, 0) as conversion_rate,
        visits.weight / (1 + coalesce(ends.return_count, 0))
        * coalesce(ends.value_rate, 0) as value_rate
    from states
    inner join starts on states.chain_key = starts.chain_key
    inner join closed as visits
        on
            states.chain_key = visits.chain_key
            and visits.from_state = 0
            and states.state = visits.to_state
    -- what leads nowhere has no way to any end
    left join ends
        on
            states.chain_key = ends.chain_key
            and states.state = ends.state
    union all
    select
        removed.chain_key,
        removed.removed_code as code,
        whole.conversion_rate as whole_conversion_rate,
        whole.value_rate as whole_value_rate,
        whole.conversion_rate - removed.conversion_rate as conversion_rate,
        whole.value_rate - removed.value_rate as value_rate
    from walked as removed
    inner join walked as whole
        on
            removed.chain_key = whole.chain_key
            and whole.removed_code = ''
    where removed.removed_code <> ''
)

select
    chain_key,
    code,
    whole_conversion_rate as conversion_rate,
    conversion_rate / nullif(whole_conversion_rate, 0) as removal_effect,
    value_rate / nullif(whole_value_rate, 0) as value_removal_effect
from lost
