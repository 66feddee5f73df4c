{#- Pre-hook: leaves the working table markov_walked (chain_key, removed_code, conversion_rate, value_rate) for the chains of
    order 2 and more in `edges`: where walks from the start end when every state that contains the code leads nowhere
    ('' removes none). Step by step, until less than 1e-12 of any chain is still on its way; rates are null where 4,096 steps
    do not do. It reads the numbers of `number_markov_states`. -#}
{%- macro walk_markov_chains(edges) -%}
{%- if execute -%}
    {%- set longest = var('markov_orders') | max -%}
    {%- set codes = [] -%}
    {%- for distance in range(1, longest + 1) -%}
        {%- do codes.append('select chain_key, from_state, from_' ~ distance ~ ' as code from ' ~ edges
            ~ ' where markov_order > 1 and from_' ~ distance ~ ' is not null') -%}
    {%- endfor -%}
    {%- do create_working_table('markov_state_codes',
        'select distinct codes.chain_key, markov_states.state, codes.code from (' ~ codes | join(' union all ')
        ~ ') as codes inner join markov_states on codes.chain_key = markov_states.chain_key'
        ~ ' and codes.from_state = markov_states.from_state') -%}
    {%- do create_working_table('markov_removals',
        'select distinct chain_key, code as removed_code from markov_state_codes union all'
        ~ " select distinct chain_key, '' as removed_code from markov_state_codes") -%}
    {%- do create_working_table('markov_ways',
        'select ways.chain_key, removals.removed_code, ways.from_state, ways.to_state, ways.weight from ('
        ~ markov_weights(edges, 'markov_order > 1') ~ ') as ways inner join markov_removals as removals'
        ~ ' on ways.chain_key = removals.chain_key left join markov_state_codes as removed'
        ~ ' on ways.chain_key = removed.chain_key and ways.to_state = removed.state'
        ~ ' and removals.removed_code = removed.code where removed.code is null'
        ~ ' union all select chain_key, removed_code, -1, -1, cast(1 as ' ~ double_type() ~ ') from markov_removals'
        ~ ' union all select chain_key, removed_code, -2, -2, cast(1 as ' ~ double_type() ~ ') from markov_removals') -%}
    {%- do create_working_table('markov_mass',
        'select chain_key, removed_code, 0 as state, cast(1 as ' ~ double_type() ~ ') as mass from markov_removals') -%}
    {%- set steps_at_once = 8 -%}
    {%- set walking = namespace(is_done=false) -%}
    {%- for round in range(4096 // steps_at_once) if not walking.is_done -%}
        {%- set on_their_way = run_query(
            'select coalesce(max(mass), 0) from (select chain_key, removed_code, sum(mass) as mass from markov_mass'
            ~ ' where state >= 0 group by chain_key, removed_code) as chains').columns[0][0] -%}
        {%- if on_their_way < 1e-12 -%}
            {%- set walking.is_done = true -%}
        {%- else -%}
            {%- do create_working_table('markov_mass', walk(steps_at_once)) -%}
        {%- endif -%}
    {%- endfor -%}
    {#- a chain that leads nowhere without the code has no mass left -#}
    {%- set rates = [] -%}
    {%- for state, name in [(-1, 'conversion_rate'), (-2, 'value_rate')] -%}
        {%- do rates.append('case when coalesce(sum(case when mass.state >= 0 then mass.mass else 0 end), 0) < 1e-12'
            ~ ' then coalesce(sum(case when mass.state = ' ~ state ~ ' then mass.mass else 0 end), 0) end as ' ~ name) -%}
    {%- endfor -%}
    {%- do create_working_table('markov_walked',
        'select removals.chain_key, removals.removed_code, ' ~ rates | join(', ') ~ ' from markov_removals as removals'
        ~ ' left join markov_mass as mass on removals.chain_key = mass.chain_key'
        ~ ' and removals.removed_code = mass.removed_code group by removals.chain_key, removals.removed_code') -%}
{%- endif -%}
{%- endmacro -%}

{#- Query of markov_mass some steps later. -#}
{%- macro walk(steps) -%}
    with walked_0 as (select * from markov_mass)
    {%- for step in range(1, steps + 1) -%}
    , walked_{{ step }} as (
        select
            ways.chain_key,
            ways.removed_code,
            ways.to_state as state,
            sum(walked.mass * ways.weight) as mass
        from walked_{{ step - 1 }} as walked
        inner join markov_ways as ways
            on
                walked.chain_key = ways.chain_key
                and walked.removed_code = ways.removed_code
                and walked.state = ways.from_state
        group by ways.chain_key, ways.removed_code, ways.to_state
    )
    {%- endfor %}
    select * from walked_{{ steps }}
{%- endmacro -%}
