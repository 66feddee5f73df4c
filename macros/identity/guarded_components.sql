{#- Exact components of links that count tier by tier, the strongest first. Within a tier the components that are already
    there are joined; a join that would break a limit (more units of a type than one person may have, or two identifiers
    that are to be kept apart) is refused as a whole: all the tier's links inside it. A function of the set of links,
    never of their order. Tier 0, what people decided, may break limits but keeps nobody together who is to be apart.

    links: node, neighbour, tier. limited: node, unit_key, identifier_type, per_person_limit. apart: one_key, other_key. marked:
    node, tier; a join of the tier that would hold the node is refused, see `refused_to_erased`.
    Leaves the working tables `<name>` (node, component) for the nodes that were joined, and `<name>_refused` (tier,
    component, node): the nodes of every join that was refused. A join is named by its tier and component: the smallest
    node of a later join may be that of an earlier one. -#}
{%- macro guarded_components(links, limited, apart, marked, name) -%}
{%- if execute -%}
    {%- set no_component = 'select cast(null as bigint) as node, cast(null as bigint) as component where 1 = 0' -%}
    {#- typed and without rows: each tier adds what it joins and what it refuses -#}
    {%- do create_working_table(name, no_component) -%}
    {%- do create_working_table(name ~ '_refused',
        'select cast(null as integer) as tier, cast(null as bigint) as component, cast(null as bigint) as node where 1 = 0') -%}
    {%- set tiers = run_query('select distinct tier from ' ~ links ~ ' order by tier').columns[0].values() -%}
    {%- for tier in tiers -%}
        {%- do join_tier(links, limited, apart, marked, name, tier) -%}
    {%- endfor -%}
{%- endif -%}
{%- endmacro -%}

{#- One tier of `guarded_components`: what would be joined, what of it breaks a limit, what remains. -#}
{%- macro join_tier(links, limited, apart, marked, name, tier) -%}
    {%- set part_of = 'coalesce(parts.component, {})' -%}
    {%- do create_working_table(name ~ '_links',
        'select ' ~ part_of.format('links.node') ~ ' as node, coalesce(others.component, links.neighbour) as neighbour from '
        ~ links ~ ' as links left join ' ~ name ~ ' as parts on links.node = parts.node left join ' ~ name
        ~ ' as others on links.neighbour = others.node where links.tier = ' ~ tier) -%}
    {%- do connected_components(name ~ '_links', name ~ '_joined') -%}
    {%- set too_many = 'select joined.component from ' ~ limited ~ ' as limited left join ' ~ name
        ~ ' as parts on limited.node = parts.node inner join ' ~ name ~ '_joined as joined on '
        ~ part_of.format('limited.node') ~ ' = joined.node'
        ~ ' group by joined.component, limited.identifier_type having count(distinct limited.unit_key) > max(limited.per_person_limit)' -%}
    {%- set kept_apart = 'select one.component from ' ~ apart ~ ' as apart left join ' ~ name
        ~ ' as parts on apart.one_key = parts.node left join ' ~ name ~ ' as others on apart.other_key = others.node'
        ~ ' inner join ' ~ name ~ '_joined as one on ' ~ part_of.format('apart.one_key') ~ ' = one.node'
        ~ ' inner join ' ~ name ~ '_joined as other on coalesce(others.component, apart.other_key) = other.node'
        ~ ' where one.component = other.component' -%}
    {%- set was_refused = 'select joined.component from ' ~ marked ~ ' as marked left join ' ~ name
        ~ ' as parts on marked.node = parts.node inner join ' ~ name ~ '_joined as joined on '
        ~ part_of.format('marked.node') ~ ' = joined.node where marked.tier = ' ~ tier -%}
    {%- do create_working_table(name ~ '_broken', (too_many ~ ' union ' if tier != 0 else '') ~ kept_apart ~ ' union ' ~ was_refused) -%}
    {%- do create_working_table(name ~ '_kept',
        'select joined.node, joined.component from ' ~ name ~ '_joined as joined left join ' ~ name
        ~ '_broken as broken on joined.component = broken.component where broken.component is null') -%}
    {%- do create_working_table(name ~ '_refused',
        'select tier, component, node from ' ~ name ~ '_refused union all'
        ~ ' select cast(' ~ tier ~ ' as integer) as tier, joined.component, coalesce(parts.node, joined.node) as node from '
        ~ name ~ '_joined as joined inner join ' ~ name ~ '_broken as broken on joined.component = broken.component left join '
        ~ name ~ ' as parts on joined.node = parts.component') -%}
    {%- do create_working_table(name,
        'select parts.node, coalesce(kept.component, parts.component) as component from ' ~ name
        ~ ' as parts left join ' ~ name ~ '_kept as kept on parts.component = kept.node union all'
        ~ ' select kept.node, kept.component from ' ~ name ~ '_kept as kept left join ' ~ name
        ~ ' as parts on kept.node = parts.node where parts.node is null') -%}
{%- endmacro -%}
