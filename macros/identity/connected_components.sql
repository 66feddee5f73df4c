{#- Exact connected components of undirected links, in a number of rounds that grows with the logarithm of the longest
    chain. `links` has the columns node and neighbour, one row per link, in any direction and order. Leaves the working
    table `<name>` (node, component: the smallest node key of the component) for the model that calls this in its
    pre-hook. Node keys must be hashed: sequential ones stall on long chains. Contract, then look again: each node hooks
    onto its smallest neighbour, links are redrawn between the representatives, until none is left; then the rounds are
    composed backwards. -#}
{%- macro connected_components(links, name) -%}
{%- if execute -%}
    {%- set most_rounds = 60 -%}
    {%- do create_working_table(name ~ '_links_1',
        'select distinct least(node, neighbour) as a, greatest(node, neighbour) as b from ' ~ links
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
    {%- do create_working_table(name, 'select cast(null as bigint) as node, cast(null as bigint) as component where 1 = 0') -%}
    {%- for round in rounds | reverse -%}
        {%- do create_working_table(name ~ '_composed',
            'select hooked.node, coalesce(later.component, hooked.component) as component from ' ~ name ~ '_hooked_' ~ round
            ~ ' as hooked left join ' ~ name ~ ' as later on hooked.component = later.node') -%}
        {%- do create_working_table(name, 'select * from ' ~ name ~ '_composed') -%}
    {%- endfor -%}
    {%- for round in rounds -%}
        {%- do run_query('drop table ' ~ name ~ '_hooked_' ~ round) -%}
    {%- endfor -%}
{%- endif -%}
{%- endmacro -%}

{#- One round of `connected_components`: hook, jump, redraw the links. -#}
{%- macro component_round(name, round) -%}
    {%- set links = name ~ '_links_' ~ round -%}
    {%- set hooked = name ~ '_hooked_' ~ round -%}
    {%- do create_working_table(hooked,
        'select node, least(node, min(neighbour)) as component from (select a as node, b as neighbour from ' ~ links
        ~ ' union all select b as node, a as neighbour from ' ~ links ~ ') as both_directions group by node') -%}
    {%- if round > 1 -%}
        {%- for jump in range(2) -%}
            {%- do create_working_table(name ~ '_jumped',
                'select first.node, second.component from ' ~ hooked ~ ' as first inner join ' ~ hooked
                ~ ' as second on first.component = second.node') -%}
            {%- do create_working_table(hooked, 'select * from ' ~ name ~ '_jumped') -%}
        {%- endfor -%}
    {%- endif -%}
    {%- do create_working_table(name ~ '_links_' ~ (round + 1),
        'select distinct least(x.component, y.component) as a, greatest(x.component, y.component) as b from ' ~ links
        ~ ' as links inner join ' ~ hooked ~ ' as x on links.a = x.node inner join ' ~ hooked
        ~ ' as y on links.b = y.node where x.component <> y.component') -%}
    {%- do run_query('drop table ' ~ links) -%}
{%- endmacro -%}
