{#- Pre-hook: leaves the working table markov_closed (chain_key, from_state, to_state, weight) for the chains of order 1 in
    `edges`: of every pair of states the expected number of arrivals at the one after the other; from the start (0), and to
    the ends: to_state -1 holds the probability to convert, -2 the expected value. This is Kleene's closure: states are taken
    out one by one, and what led through them leads past them; all terms are positive, so that nothing cancels.
    It reads the numbers of `number_markov_states`. -#}
{%- macro close_markov_chains(edges) -%}
{%- if execute -%}
    {#- typed and without rows: the chains of each level are added to it -#}
    {%- do create_working_table('markov_closed',
        'select chain_key, 0 as from_state, 0 as to_state, cast(0 as ' ~ double_type() ~ ') as weight from ' ~ edges
        ~ ' where 1 = 0') -%}
    {%- for level in journey_levels() -%}
        {%- set chosen = "markov_order = 1 and level = '" ~ level ~ "'" -%}
        {%- do create_working_table('markov_open', markov_weights(edges, chosen)) -%}
        {%- set most = run_query('select coalesce(max(state), 0) from markov_states where ' ~ chosen).columns[0][0] -%}
        {%- for state in range(1, most + 1) -%}
            {%- do create_working_table('markov_open', lead_past(state)) -%}
        {%- endfor -%}
        {%- do create_working_table('markov_closed', 'select * from markov_closed union all select * from markov_open') -%}
    {%- endfor -%}
{%- endif -%}
{%- endmacro -%}

{#- Query of markov_open with one state taken out: what led into it and out of it, however often it came back, added to what
    leads there without it. -#}
{%- macro lead_past(state) -%}
    select
        chain_key,
        from_state,
        to_state,
        sum(weight) as weight
    from (
        select * from markov_open
        union all
        select
            before.chain_key,
            before.from_state,
            behind.to_state,
            before.weight * behind.weight / (1 - coalesce(back.weight, 0)) as weight
        from markov_open as before
        inner join markov_open as behind on before.chain_key = behind.chain_key
        left join markov_open as back
            on before.chain_key = back.chain_key and back.from_state = {{ state }} and back.to_state = {{ state }}
        where before.to_state = {{ state }} and behind.from_state = {{ state }}
    ) as led
    group by chain_key, from_state, to_state
{%- endmacro -%}

{#- Pre-hook: leaves markov_states: the states of every chain in `edges`, numbered from 1, those with few ways out first. -#}
{%- macro number_markov_states(edges) -%}
{%- if execute -%}
    {%- do create_working_table('markov_states',
        'select chain_key, from_state, min(markov_order) as markov_order, min(level) as level, min(from_1) as code,'
        ~ ' cast(row_number() over (partition by chain_key order by count(*), from_state) as integer) as state from ' ~ edges
        ~ ' where from_1 is not null group by chain_key, from_state') -%}
{%- endif -%}
{%- endmacro -%}

{#- Query of the chosen chains' transitions between numbered states (0: the start) and to the ends (-1: converted, -2: the
    expected value), each as a share of the ways out of its state. -#}
{%- macro markov_weights(edges, chosen) -%}
    {%- set queries = [] -%}
    {%- for to_state, amount, condition in [
        ('to_states.state', 'journey_count', 'edges.to_state is not null'),
        ('-1', 'converted_count', 'edges.to_state is null and edges.converted_count > 0'),
        ('-2', 'value', 'edges.to_state is null and edges.value <> 0'),
    ] -%}
        {%- set query -%}
        select
            edges.chain_key,
            coalesce(from_states.state, 0) as from_state,
            {{ to_state }} as to_state,
            cast(edges.{{ amount }} as {{ double_type() }}) / totals.total as weight
        from (select * from {{ edges }} where {{ chosen }}) as edges
        inner join (
            select chain_key, from_state, sum(journey_count) as total
            from {{ edges }}
            where {{ chosen }}
            group by chain_key, from_state
        ) as totals on edges.chain_key = totals.chain_key and edges.from_state = totals.from_state
        left join markov_states as from_states
            on edges.chain_key = from_states.chain_key and edges.from_state = from_states.from_state
        left join markov_states as to_states
            on edges.chain_key = to_states.chain_key and edges.to_state = to_states.from_state
        where {{ condition }}
        {%- endset -%}
        {%- do queries.append(query) -%}
    {%- endfor -%}
    {{ return(queries | join(' union all ')) }}
{%- endmacro -%}
