{#- Exact connected components of undirected links, in a number of rounds that grows with the logarithm of the longest
    chain. `links` has the columns node and neighbour, in any direction and order; one row per link is best, repeated ones
    do no harm. Leaves the working table `<name>` (node, component: the smallest node key of the component) for the model
    that calls this in its pre-hook. Node keys must be hashed: sequential ones stall on long chains. Contract, then look
    again: each node that has a smaller neighbour hooks onto its smallest, links are redrawn between the representatives,
    until none is left; then the rounds are composed backwards. A node without a smaller neighbour stands for itself and
    is in no table until the end. -#}
{%- macro connected_components(links, name) -%}
{%- if execute -%}
    {%- set most_rounds = 60 -%}
    {%- do create_working_table(name ~ '_links_1',
        'select least(node, neighbour) as a, greatest(node, neighbour) as b from ' ~ links
        ~ ' where node <> neighbour') -%}
    {%- set rounds = [] -%}
    {%- for round in range(1, most_rounds + 1) -%}
        {%- set left = run_query('select count(*) from ' ~ name ~ '_links_' ~ round).columns[0][0] -%}
        {%- if left == 0 -%}{%- break -%}{%- endif -%}
        {%- if round == most_rounds -%}
            {{ exceptions.raise_compiler_error('connected_components: ' ~ left ~ ' links left after '
                ~ most_rounds ~ ' rounds; node keys must be hashed') }}
        {%- endif -%}
        {%- do component_round(name, round) -%}
        {%- do rounds.append(round) -%}
    {%- endfor -%}
    {#- typed and without rows: behind the last round there is nothing to compose with -#}
    {%- do create_working_table(name ~ '_composed_' ~ (rounds | length + 1),
        'select cast(null as bigint) as node, cast(null as bigint) as component where 1 = 0') -%}
    {%- for round in rounds | reverse -%}
        {%- set hooked = name ~ '_hooked_' ~ round -%}
        {%- set later = name ~ '_composed_' ~ (round + 1) -%}
        {%- do create_working_table(name ~ '_composed_' ~ round,
            'select hooked.node, coalesce(later.component, hooked.component) as component from ' ~ hooked
            ~ ' as hooked left join ' ~ later ~ ' as later on hooked.component = later.node union all'
            ~ ' select later.node, later.component from ' ~ later ~ ' as later left join ' ~ hooked
            ~ ' as hooked on later.node = hooked.node where hooked.node is null') -%}
        {%- do run_query('drop table ' ~ later) -%}
        {%- do run_query('drop table ' ~ hooked) -%}
    {%- endfor -%}
    {%- do create_working_table(name,
        'select node, component from ' ~ name ~ '_composed_1 union all select distinct component as node, component from '
        ~ name ~ '_composed_1') -%}
    {%- do run_query('drop table ' ~ name ~ '_composed_1') -%}
{%- endif -%}
{%- endmacro -%}

{#- One round of `connected_components`: hook, jump, redraw the links. -#}
{%- macro component_round(name, round) -%}
    {%- set links = name ~ '_links_' ~ round -%}
    {%- set hooked = name ~ '_hooked_' ~ round -%}
    {%- set jumps = 2 if round > 1 else 0 -%}
    {%- set steps = [] -%}
    {%- for jump in range(jumps) -%}{%- do steps.append(hooked ~ '_' ~ jump) -%}{%- endfor -%}
    {%- do steps.append(hooked) -%}
    {%- do create_working_table(steps[0], 'select b as node, min(a) as component from ' ~ links ~ ' group by b') -%}
    {%- for jump in range(jumps) -%}
        {%- do create_working_table(steps[jump + 1],
            'select first.node, coalesce(second.component, first.component) as component from ' ~ steps[jump]
            ~ ' as first left join ' ~ steps[jump] ~ ' as second on first.component = second.node') -%}
        {%- do run_query('drop table ' ~ steps[jump]) -%}
    {%- endfor -%}
    {%- do create_working_table(name ~ '_links_' ~ (round + 1),
        'select distinct least(coalesce(x.component, links.a), y.component) as a,'
        ~ ' greatest(coalesce(x.component, links.a), y.component) as b from ' ~ links ~ ' as links inner join ' ~ hooked
        ~ ' as y on links.b = y.node left join ' ~ hooked
        ~ ' as x on links.a = x.node where coalesce(x.component, links.a) <> y.component') -%}
    {%- do run_query('drop table ' ~ links) -%}
{%- endmacro -%}
