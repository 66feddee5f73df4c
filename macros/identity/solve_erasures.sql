{#- Who is to be erased: pre-hook of `int_erasures`. Each request of a person covers the identifiers that were one person
    with the named one when it was made, told by the records that had happened until then and by the same rules as persons
    are (`guarded_components`, `placed_identifiers`), and the records under these up to then. Works on the neighbourhood of
    the named identifiers only. Leaves the working tables

    erasures_found: erased_kind, one_key, one_type, other_key, other_type, erased_until (see `int_erasures`)
    erasure_members: one row per set of identifiers and identifier in it (set_key, table_code, identifier_type,
        identifier_key, is_profile, is_company, seen_at, is_unused).

    Requests that touch each other are solved one after the other in the order of their time: evidence that is erased
    by then does not count. What shares an identifier is counted over all evidence, erased or not, so that nobody else's
    person changes. -#}
{%- macro solve_erasures() -%}
{%- if execute and not flags.EMPTY -%}
    {%- do create_working_table('erasure_requests',
        'select record_key as request_key, requested_at, identifier_key from ' ~ ref('stg_privacy__erasure_requests')) -%}
    {%- set request_count = run_query('select count(*) from erasure_requests').columns[0][0] -%}
    {%- set erased_count = run_query('select count(*) from ' ~ this).columns[0][0] if load_relation(this) else 0 -%}
    {%- do note_members(request_count + erased_count > 0) -%}
    {%- do reach_neighbours() -%}
    {%- do order_requests() -%}
    {#- typed and without rows: each wave adds what it finds -#}
    {%- do create_working_table('erasures_found',
        "select cast(null as " ~ text_type() ~ ") as erased_kind, cast(null as bigint) as one_key, cast(null as " ~ text_type() ~ ") as one_type,"
        ~ " cast(null as bigint) as other_key, cast(null as " ~ text_type() ~ ") as other_type, cast(null as timestamp) as erased_until"
        ~ " where 1 = 0") -%}
    {%- set waves = run_query('select coalesce(max(wave), 0) from erasure_waves').columns[0][0] -%}
    {%- for wave in range(1, waves + 1) -%}
        {%- do solve_wave(wave) -%}
        {%- if wave < waves -%}{%- do forget_erased_evidence() -%}{%- endif -%}
    {%- endfor -%}
{%- endif -%}
{%- endmacro -%}

{#- The column of a base table that says when a record happened. -#}
{%- macro landed_time(time_column) -%}
    {{- 'event_time' if time_column == 'occurred_at' else time_column -}}
{%- endmacro -%}

{#- When a landed record counts as having happened, as `int_set_records` says; a record without any time: ever. -#}
{%- macro happened_at(time_column) -%}
    coalesce({{ landed_time(time_column) }}, loaded_at, timestamp '{{ var("earliest_time") }}')
{%- endmacro -%}

{#- The set of identifiers that a landed record stated, erased or not. -#}
{%- macro stated_set_key() -%}
    coalesce(erased_set_key, identifier_set_key)
{%- endmacro -%}

{#- Working table erasure_members, from all base tables; empty where nothing is to be erased. seen_at: the first record in
    scope, null where none is (is_unused). is_company: a definition names the value (blocked, staff): nobody's own. -#}
{%- macro note_members(is_needed) -%}
    {%- set sets = [] -%}
    {%- for system, table, time_column, identifiers, profile in identified_tables() -%}
        {%- set has_platform = 'buyer_id' in identifiers or 'platform_user_id' in identifiers -%}
        {%- set part -%}
            select
                {{ stated_set_key() }} as set_key,
                '{{ system }}.{{ table }}' as table_code,
                {{ "'" ~ profile ~ "'" if profile else 'cast(null as ' ~ text_type() ~ ')' }} as profile_type,
                {{ 'min(lower(platform))' if has_platform else 'cast(null as ' ~ text_type() ~ ')' }} as platform,
                {%- for type in identifier_types() %}
                {{ 'min(' ~ type ~ ')' if type in identifiers else 'cast(null as ' ~ text_type() ~ ')' }} as {{ type }},
                {%- endfor %}
                min(case
                    when record_status in ('accepted', 'erased') and out_of_scope.record_key is null
                        and {{ is_retained(system, table) }}
                        then {{ happened_at(time_column) }}
                end) as seen_at
            from {{ ref('base_' ~ system ~ '__' ~ table) }} as records
            left join (
                select record_key from {{ ref('int_records_out_of_scope') }}
                where source_system = '{{ system }}' and source_table = '{{ table }}'
            ) as out_of_scope on records.record_key = out_of_scope.record_key
            where {{ stated_set_key() }} is not null and {{ '1 = 1' if is_needed else '1 = 0' }}
            group by {{ stated_set_key() }}
        {%- endset -%}
        {%- do sets.append(part) -%}
    {%- endfor -%}
    {%- do create_working_table('erasure_sets', platform_scoped('(' ~ sets | join(' union all ') ~ ')')) -%}
    {%- do create_working_table('erasure_listed',
        listed_identifiers('erasure_sets', ['set_key', 'table_code', 'profile_type', 'seen_at'])) -%}
    {%- do create_working_table('erasure_values',
        with_block_reason('(select distinct identifier_key, identifier_type, identifier_value from erasure_listed)')) -%}
    {#- a table of its own: Spark cannot join by a key that is worked out with the secret on the way -#}
    {%- do create_working_table('erasure_blocked_keys',
        'select ' ~ keyed_hash("identifier_type || '::' || value") ~ ' as identifier_key from ' ~ ref('blocked_identifiers')
        ~ " where match_type = 'equals'") -%}
    {%- set is_blocked -%}
        identifier_values.block_reason is not null
        or identifier_values.identifier_key in (select identifier_key from erasure_blocked_keys)
        {%- if switched_on('staff_rule') %}
        or exists (
            select 1 from {{ ref('scope_rules') }} as rules
            where rules.match_column = identifier_values.identifier_type and (
                (rules.match_type = 'equals' and rules.value = identifier_values.identifier_value)
                or (rules.match_type = 'contains' and rules.match_column = 'email'
                    and position(rules.value in identifier_values.identifier_value) > 0)
            )
        )
        {%- endif %}
    {%- endset -%}
    {%- do create_working_table('erasure_company_values',
        'select distinct identifier_key from erasure_values as identifier_values where ' ~ is_blocked) -%}
    {%- do create_working_table('erasure_members',
        'select listed.set_key, listed.table_code, listed.identifier_type, listed.identifier_key, listed.seen_at,'
        ~ ' listed.identifier_type = coalesce(listed.profile_type, \'\') as is_profile,'
        ~ ' company.identifier_key is not null as is_company, listed.seen_at is null as is_unused'
        ~ ' from erasure_listed as listed left join erasure_company_values as company'
        ~ ' on listed.identifier_key = company.identifier_key') -%}
    {%- for name in ['erasure_sets', 'erasure_listed', 'erasure_values'] -%}{%- do run_query('drop table ' ~ name) -%}{%- endfor -%}
{%- endmacro -%}

{#- True of a place of erasure_reach, with its erasure_standings, from where a person may go on: what could link when the
    request was made, the named identifier, and what a decision keeps together with another, shared or not. -#}
{%- macro may_go_on(reach) -%}
    (
        {{ reach }}.hop = 0
        or standings.shared_at is null
        or standings.shared_at > {{ reach }}.requested_at
        or {{ reach }}.identifier_key in (select node from erasure_groups)
    )
{%- endmacro -%}

{#- Working tables erasure_reach (request_key, requested_at, identifier_key): whatever may have been one person with the named
    identifier at the time of the request, and who stood in a record with it; and erasure_standings (identifier_key,
    identifier_type, shared_at: when it had more partners of a type than its limit). Goes on by records, decisions and
    proposals. -#}
{%- macro reach_neighbours() -%}
    {#- a decision about a value that is nobody's own keeps nobody together, see `int_identifiers_kept_together` -#}
    {%- do create_working_table('erasure_units',
        'select one_key as node, other_key as neighbour from ' ~ ref('int_identity_overrides')
        ~ " where decision = 'keep_together' and one_key <> other_key and not is_blocked"
        ~ ' and one_key not in (select identifier_key from erasure_company_values)'
        ~ ' and other_key not in (select identifier_key from erasure_company_values)') -%}
    {%- do connected_components('erasure_units', 'erasure_groups') -%}
    {%- do create_working_table('erasure_bridges',
        'select node, neighbour from erasure_units union all select neighbour, node from erasure_units'
        ~ ' union all select one_key, other_key from ' ~ ref('int_contacts_proposed')
        ~ ' union all select other_key, one_key from ' ~ ref('int_contacts_proposed')) -%}
    {%- do create_working_table('erasure_reach',
        'select request_key, requested_at, identifier_key, 0 as hop from erasure_requests where identifier_key is not null') -%}
    {#- typed and without rows: each hop adds what it has reached -#}
    {%- do create_working_table('erasure_standings',
        'select cast(null as bigint) as identifier_key, cast(null as ' ~ text_type() ~ ') as identifier_type,'
        ~ ' cast(null as boolean) as is_company, cast(null as timestamp) as shared_at where 1 = 0') -%}
    {%- for hop in range(100000) -%}
        {%- do judge_frontier(hop) -%}
        {%- set steps -%}
            select frontier.request_key, frontier.requested_at, others.identifier_key
            from erasure_reach as frontier
            inner join erasure_standings as standings on frontier.identifier_key = standings.identifier_key
            inner join erasure_members as members
                on frontier.identifier_key = members.identifier_key and members.seen_at <= frontier.requested_at
            inner join erasure_members as others on members.set_key = others.set_key
            where
                frontier.hop = {{ hop }}
                and not standings.is_company
                and not others.is_company
                and {{ may_go_on('frontier') }}
            union
            select frontier.request_key, frontier.requested_at, bridges.neighbour
            from erasure_reach as frontier
            inner join erasure_bridges as bridges on frontier.identifier_key = bridges.node
            where frontier.hop = {{ hop }}
        {%- endset -%}
        {%- do create_working_table('erasure_steps',
            'select steps.request_key, steps.requested_at, steps.identifier_key, ' ~ (hop + 1) ~ ' as hop from ('
            ~ steps ~ ') as steps left join erasure_reach as known on steps.request_key = known.request_key'
            ~ ' and steps.identifier_key = known.identifier_key where known.request_key is null') -%}
        {%- if run_query('select count(*) from erasure_steps').columns[0][0] == 0 -%}{%- break -%}{%- endif -%}
        {%- do create_working_table('erasure_reach_next', 'select * from erasure_reach union all select * from erasure_steps') -%}
        {%- do create_working_table('erasure_reach', 'select * from erasure_reach_next') -%}
    {%- endfor -%}
    {%- do create_working_table('erasure_local',
        'select members.* from erasure_members as members where members.set_key in (select reached.set_key from erasure_members as reached'
        ~ ' inner join erasure_reach as reach on reached.identifier_key = reach.identifier_key)') -%}
{%- endmacro -%}

{#- Adds the identifiers that a hop has reached to erasure_standings. -#}
{%- macro judge_frontier(hop) -%}
    {%- set partners -%}
        select
            members.identifier_key,
            members.identifier_type,
            others.identifier_type as partner_type,
            coalesce(units.component, others.identifier_key) as unit_key,
            min(members.seen_at) as seen_at
        from erasure_frontier as frontier
        inner join erasure_members as members on frontier.identifier_key = members.identifier_key
        inner join erasure_members as others
            on members.set_key = others.set_key and members.identifier_key <> others.identifier_key
        left join erasure_groups as units on others.identifier_key = units.node
        where members.seen_at is not null and not others.is_company
        group by members.identifier_key, members.identifier_type, others.identifier_type, coalesce(units.component, others.identifier_key)
    {%- endset -%}
    {%- do create_working_table('erasure_frontier',
        'select distinct reach.identifier_key from erasure_reach as reach left join erasure_standings as known'
        ~ ' on reach.identifier_key = known.identifier_key where known.identifier_key is null and reach.hop = ' ~ hop) -%}
    {%- do create_working_table('erasure_partners', partners) -%}
    {%- do create_working_table('erasure_limits_passed',
        'select numbered.identifier_key, min(numbered.seen_at) as shared_at from (select *, row_number() over ('
        ~ 'partition by identifier_key, partner_type order by seen_at, unit_key) as place from erasure_partners) as numbered'
        ~ ' inner join ' ~ ref('identifier_sharing_limits') ~ ' as limits on numbered.identifier_type = limits.identifier_type'
        ~ ' and numbered.partner_type = limits.partner_type where numbered.place > limits.partner_limit'
        ~ ' group by numbered.identifier_key') -%}
    {%- do create_working_table('erasure_standings_next',
        'select * from erasure_standings union all select members.identifier_key, members.identifier_type, members.is_company,'
        ~ ' min(passed.shared_at) from erasure_members as members inner join erasure_frontier as frontier'
        ~ ' on members.identifier_key = frontier.identifier_key left join erasure_limits_passed as passed'
        ~ ' on members.identifier_key = passed.identifier_key'
        ~ ' group by members.identifier_key, members.identifier_type, members.is_company') -%}
    {%- do create_working_table('erasure_standings', 'select * from erasure_standings_next') -%}
{%- endmacro -%}

{#- Working table erasure_waves (request_key, wave): requests whose linking neighbourhoods meet have different waves, the
    earlier request the lower one. -#}
{%- macro order_requests() -%}
    {%- do create_working_table('erasure_meetings',
        "select " ~ hash64("'request:' || cast(reach.request_key as " ~ text_type() ~ ")") ~ " as node, reach.identifier_key as neighbour"
        ~ ' from erasure_reach as reach inner join erasure_standings as standings on reach.identifier_key = standings.identifier_key'
        ~ ' where ' ~ may_go_on('reach')) -%}
    {%- do connected_components('erasure_meetings', 'erasure_circles') -%}
    {%- do create_working_table('erasure_waves',
        'select requests.request_key, row_number() over (partition by circles.component'
        ~ ' order by requests.requested_at, requests.request_key) as wave'
        ~ ' from erasure_requests as requests inner join erasure_circles as circles on circles.node = '
        ~ hash64("'request:' || cast(requests.request_key as " ~ text_type() ~ ")")) -%}
{%- endmacro -%}

{#- Solves the requests of one wave and adds what they cover to erasures_found. A node is an identifier as one request sees
    it. -#}
{%- macro solve_wave(wave) -%}
    {%- set nodes -%}
        select
            {{ hash64("cast(reach.request_key as " ~ text_type() ~ ") || ':' || cast(reach.identifier_key as " ~ text_type() ~ ")") }} as identifier_key,
            reach.request_key,
            reach.requested_at,
            reach.identifier_key as real_key,
            reach.hop = 0 as is_named,
            standings.identifier_type,
            rules.strength,
            rules.priority,
            rules.tier,
            rules.per_person_limit,
            case
                when standings.is_company then 'blocked'
                when standings.shared_at <= reach.requested_at then 'shared'
                else 'linking'
            end as standing
        from erasure_reach as reach
        inner join erasure_waves as waves on reach.request_key = waves.request_key and waves.wave = {{ wave }}
        inner join erasure_standings as standings on reach.identifier_key = standings.identifier_key
        inner join {{ ref('identifier_rules') }} as rules on standings.identifier_type = rules.identifier_type
        inner join (
            select identifier_key, min(seen_at) as first_seen_at from erasure_local group by identifier_key
        ) as seen on reach.identifier_key = seen.identifier_key and seen.first_seen_at <= reach.requested_at
    {%- endset -%}
    {%- do create_working_table('erasure_nodes', nodes) -%}
    {%- do create_working_table('erasure_places',
        'select local.set_key, local.is_profile, local.seen_at, nodes.* from erasure_local as local inner join erasure_nodes as nodes'
        ~ ' on local.identifier_key = nodes.real_key where local.seen_at <= nodes.requested_at or local.is_unused') -%}
    {%- do create_working_table('erasure_node_partners',
        'select distinct one.identifier_key, other.identifier_key as partner_key, one.standing, other.standing as partner_standing,'
        ~ ' one.strength, other.strength as partner_strength, case when one.tier > other.tier then one.tier else other.tier end as tier'
        ~ ' from erasure_places as one inner join erasure_places as other on one.set_key = other.set_key'
        ~ ' and one.request_key = other.request_key and one.identifier_key <> other.identifier_key'
        ~ ' where one.seen_at is not null and other.seen_at is not null'
        ~ " and one.standing <> 'blocked' and other.standing <> 'blocked'") -%}
    {%- do create_working_table('erasure_links',
        "select identifier_key as node, partner_key as neighbour, tier from erasure_node_partners"
        ~ " where identifier_key < partner_key and standing = 'linking' and partner_standing = 'linking'"
        ~ " and strength = 'strong' and partner_strength = 'strong' union all"
        ~ ' select one.identifier_key, other.identifier_key, told.tier from ('
        ~ 'select node, neighbour, 0 as tier from erasure_units union all select one_key, other_key, ' ~ proposal_tier() ~ ' from '
        ~ ref('int_contacts_proposed') ~ ') as told inner join erasure_nodes as one on told.node = one.real_key'
        ~ ' inner join erasure_nodes as other on told.neighbour = other.real_key and one.request_key = other.request_key'
        ~ " where told.tier = 0 or (one.standing = 'linking' and other.standing = 'linking'"
        ~ " and one.strength = 'strong' and other.strength = 'strong')") -%}
    {%- do create_working_table('erasure_limited',
        'select nodes.identifier_key as node, coalesce(units.component, nodes.real_key) as unit_key, nodes.identifier_type,'
        ~ ' nodes.per_person_limit from erasure_nodes as nodes left join erasure_groups as units on nodes.real_key = units.node'
        ~ " where nodes.per_person_limit is not null and nodes.standing <> 'blocked'") -%}
    {%- do create_working_table('erasure_apart',
        'select one.identifier_key as one_key, other.identifier_key as other_key from ' ~ ref('int_identifiers_kept_apart')
        ~ ' as apart inner join erasure_nodes as one on apart.one_key = one.real_key'
        ~ ' inner join erasure_nodes as other on apart.other_key = other.real_key and one.request_key = other.request_key') -%}
    {%- do create_working_table('erasure_marked',
        'select nodes.identifier_key as node, marked.tier from erasure_nodes as nodes inner join ('
        ~ refused_to_erased('erasures_found') ~ ') as marked on nodes.real_key = marked.node') -%}
    {%- do guarded_components('erasure_links', 'erasure_limited', 'erasure_apart', 'erasure_marked', 'erasure_joined') -%}
    {%- do create_working_table('erasure_components',
        'select distinct coalesce(joined.node, refused.node) as identifier_key, coalesce(joined.component, refused.node) as component'
        ~ ' from erasure_joined as joined full outer join erasure_joined_refused as refused on joined.node = refused.node') -%}
    {#- whom an earlier request has erased is still somebody whom a device was seen with -#}
    {%- do create_working_table('erasure_strangers',
        "select nodes.identifier_key, " ~ hash64("cast(nodes.request_key as " ~ text_type() ~ ") || ':' || cast(erased.partner_key as " ~ text_type() ~ ")")
        ~ ' as partner_key from erasure_nodes as nodes inner join (select distinct one_key as identifier_key, other_key as partner_key'
        ~ " from erasures_found where erased_kind = 'partner') as erased on nodes.real_key = erased.identifier_key") -%}
    {%- do create_working_table('erasure_placed',
        placed_identifiers('erasure_nodes', 'erasure_components', 'erasure_node_partners', 'erasure_apart', 'erasure_strangers')) -%}
    {%- do create_working_table('erasure_named_components',
        'select request_key, requested_at, component from erasure_placed where is_named and component is not null') -%}
    {%- set ranked -%}
        select
            places.request_key,
            places.requested_at,
            places.set_key,
            placed.component,
            row_number() over (
                partition by places.request_key, places.set_key
                order by
                    case when placed.final_standing = 'linking' then 0 else 1 end,
                    case when places.is_profile then 0 else 1 end,
                    placed.priority,
                    placed.real_key
            ) as place
        from erasure_places as places
        inner join erasure_placed as placed on places.identifier_key = placed.identifier_key
        where placed.final_standing <> 'blocked'
    {%- endset -%}
    {%- do create_working_table('erasure_covered',
        'select ranked.request_key, ranked.requested_at, ranked.set_key from (' ~ ranked ~ ') as ranked'
        ~ ' inner join erasure_named_components as named on ranked.request_key = named.request_key'
        ~ ' and ranked.component = named.component where ranked.place = 1') -%}
    {%- do create_working_table('erasure_gone',
        'select placed.request_key, placed.requested_at, placed.real_key as identifier_key, placed.identifier_type'
        ~ ' from erasure_placed as placed inner join erasure_named_components as named'
        ~ ' on placed.request_key = named.request_key and placed.component = named.component') -%}
    {%- do create_working_table('erasure_pairs',
        'select one.identifier_key, one.identifier_type, other.identifier_key as partner_key,'
        ~ ' other.identifier_type as partner_type, max(covered.requested_at) as requested_at'
        ~ ' from erasure_local as one inner join erasure_local as other on one.set_key = other.set_key'
        ~ ' and one.identifier_key <> other.identifier_key inner join ('
        ~ 'select set_key, requested_at, cast(null as bigint) as identifier_key from erasure_covered union all'
        ~ ' select local.set_key, gone.requested_at, gone.identifier_key from erasure_local as local'
        ~ ' inner join erasure_gone as gone on local.identifier_key = gone.identifier_key) as covered'
        ~ ' on one.set_key = covered.set_key and (covered.identifier_key is null or covered.identifier_key = one.identifier_key'
        ~ ' or covered.identifier_key = other.identifier_key)'
        ~ ' where one.seen_at <= covered.requested_at and other.seen_at <= covered.requested_at'
        ~ ' and not one.is_company and not other.is_company'
        ~ ' group by one.identifier_key, one.identifier_type, other.identifier_key, other.identifier_type') -%}
    {#- a device of several persons stays one of several -#}
    {%- do create_working_table('erasure_sharers',
        'select weak.real_key as identifier_key, weak.identifier_type, gone.identifier_key as partner_key,'
        ~ ' gone.identifier_type as partner_type, max(gone.requested_at) as requested_at'
        ~ ' from erasure_node_partners as partners'
        ~ " inner join erasure_placed as weak on partners.identifier_key = weak.identifier_key and weak.strength = 'weak'"
        ~ " and weak.final_standing = 'shared'"
        ~ ' inner join erasure_placed as strong on partners.partner_key = strong.identifier_key'
        ~ " and strong.strength = 'strong' and strong.final_standing = 'linking'"
        ~ ' inner join erasure_gone as gone on strong.request_key = gone.request_key and strong.real_key = gone.identifier_key'
        ~ ' left join erasure_gone as own on weak.request_key = own.request_key and weak.real_key = own.identifier_key'
        ~ ' where own.identifier_key is null'
        ~ ' group by weak.real_key, weak.identifier_type, gone.identifier_key, gone.identifier_type') -%}
    {#- nor is a join allowed that was refused to the erased one -#}
    {%- do create_working_table('erasure_refused',
        'select other.real_key as identifier_key, other.identifier_type, gone.identifier_key as partner_key,'
        ~ ' gone.identifier_type as partner_type, max(gone.requested_at) as requested_at'
        ~ ' from erasure_node_partners as links'
        ~ ' inner join erasure_placed as one on links.identifier_key = one.identifier_key'
        ~ ' inner join erasure_gone as gone on one.request_key = gone.request_key and one.real_key = gone.identifier_key'
        ~ ' inner join erasure_placed as other on links.partner_key = other.identifier_key'
        ~ ' left join erasure_gone as own on other.request_key = own.request_key and other.real_key = own.identifier_key'
        ~ " where links.standing = 'linking' and links.partner_standing = 'linking'"
        ~ " and links.strength = 'strong' and links.partner_strength = 'strong' and own.identifier_key is null"
        ~ ' group by other.real_key, other.identifier_type, gone.identifier_key, gone.identifier_type') -%}
    {%- do create_working_table('erasures_found_next',
        "select * from erasures_found"
        ~ " union all select 'identifier', identifier_key, identifier_type, null, null, max(requested_at) from erasure_gone"
        ~ ' group by identifier_key, identifier_type'
        ~ " union all select 'set', stated.stated_key, null, null, null, max(covered.requested_at) from erasure_covered as covered"
        ~ ' inner join (' ~ stated_sets('erasure_local') ~ ') as stated on covered.set_key = stated.set_key group by stated.stated_key'
        ~ " union all select 'profile', lanes.lane_key, null, null, null, max(covered.requested_at) from erasure_covered as covered"
        ~ ' inner join (' ~ lanes_of_sets('erasure_local') ~ ') as lanes on covered.set_key = lanes.set_key group by lanes.lane_key'
        ~ " union all select 'pair', identifier_key, identifier_type, partner_key, partner_type, requested_at from erasure_pairs"
        ~ " union all select 'partner', identifier_key, identifier_type, partner_key, partner_type, requested_at from erasure_sharers"
        ~ " union all select 'refused', identifier_key, identifier_type, partner_key, partner_type, requested_at from erasure_refused") -%}
    {%- do create_working_table('erasures_found', 'select * from erasures_found_next') -%}
{%- endmacro -%}

{#- Select of sets of identifiers with a key that is the same wherever and however they were read: set_key, stated_key. -#}
{%- macro stated_sets(members) -%}
    {%- set parts = [] -%}
    {%- for type in identifier_types() -%}
        {%- do parts.append("coalesce(cast(max(case when identifier_type = '" ~ type ~ "' then identifier_key end) as " ~ text_type() ~ "), '')") -%}
    {%- endfor -%}
    select set_key, {{ hash64("table_code || ':' || " ~ parts | join(" || ',' || ")) }} as stated_key
    from {{ members }}
    group by set_key, table_code
{%- endmacro -%}

{#- After a wave: evidence that it erased does not count for the next one; what the same sets showed later does. -#}
{%- macro forget_erased_evidence() -%}
    {%- do create_working_table('erasure_forgotten',
        'select local.set_key, local.identifier_key, max(erased.requested_at) as erased_until from erasure_local as local inner join ('
        ~ 'select set_key, cast(null as bigint) as identifier_key, requested_at from erasure_covered union all'
        ~ ' select local.set_key, gone.identifier_key, gone.requested_at from erasure_gone as gone'
        ~ ' inner join erasure_local as local on gone.identifier_key = local.identifier_key) as erased'
        ~ ' on local.set_key = erased.set_key and (erased.identifier_key is null or erased.identifier_key = local.identifier_key)'
        ~ ' where local.seen_at <= erased.requested_at group by local.set_key, local.identifier_key') -%}
    {%- set later = [] -%}
    {%- for system, table, time_column, identifiers, profile in identified_tables() -%}
        {%- set part -%}
            select forgotten.set_key, forgotten.identifier_key, min({{ happened_at(time_column) }}) as seen_at
            from {{ ref('base_' ~ system ~ '__' ~ table) }} as records
            inner join erasure_forgotten as forgotten on {{ stated_set_key() }} = forgotten.set_key
            where
                record_status in ('accepted', 'erased')
                and {{ is_retained(system, table) }}
                and record_key not in (
                    select record_key from {{ ref('int_records_out_of_scope') }}
                    where source_system = '{{ system }}' and source_table = '{{ table }}'
                )
                and {{ happened_at(time_column) }} > forgotten.erased_until
            group by forgotten.set_key, forgotten.identifier_key
        {%- endset -%}
        {%- do later.append(part) -%}
    {%- endfor -%}
    {%- do create_working_table('erasure_local_next',
        'select local.set_key, local.table_code, local.identifier_type, local.identifier_key,'
        ~ ' case when forgotten.set_key is null then local.seen_at else later.seen_at end as seen_at, local.is_profile, local.is_company, local.is_unused'
        ~ ' from erasure_local as local left join erasure_forgotten as forgotten on local.set_key = forgotten.set_key'
        ~ ' and local.identifier_key = forgotten.identifier_key left join (' ~ later | join(' union all ') ~ ') as later'
        ~ ' on local.set_key = later.set_key and local.identifier_key = later.identifier_key') -%}
    {%- do create_working_table('erasure_local', 'select * from erasure_local_next') -%}
{%- endmacro -%}
