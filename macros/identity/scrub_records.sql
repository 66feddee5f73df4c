{#- Takes what is erased out of the base tables: post-hook of `int_erasures`, behind `solve_erasures`. Records up to the time
    of the request keep what happened and lose who it was: each identifier and each text gives way to its pseudonym. A record
    that was the person's own is `erased`, and hands on a key of its profile that belongs to nobody, so that sessions stay
    what they were; a record of somebody else that states an erased identifier loses just that. Values that a definition
    names (blocked, staff) are nobody's and stay. -#}
{%- macro scrub_records() -%}
{%- if execute and not flags.EMPTY and run_query('select count(*) from ' ~ this).columns[0][0] > 0 -%}
    {%- do note_scrubs() -%}
    {#- what names its person through another record goes with that record -#}
    {%- do scrub_children('service', 'messages', 'sent_at', 'tickets', 'ticket_id') -%}
    {%- do scrub_children('survey', 'responses', 'answered_at', 'invitations', 'invitation_id') -%}
    {%- for system, table, time_column, identifiers, profile in identified_tables() -%}
        {%- do scrub_table(system, table, time_column, identifiers) -%}
    {%- endfor -%}
    {%- do scrub_consents() -%}
{%- endif -%}
{%- endmacro -%}

{#- Working tables erasure_scrubs (set_key, identifier_type, identifier_key, erased_until, is_whole: the set was the person's
    own) and erasure_lanes (set_key, lane_key: the anonymous key of its profile). -#}
{%- macro note_scrubs() -%}
    {%- do create_working_table('erasure_identifiers',
        'select one_key as identifier_key, max(erased_until) as erased_until from ' ~ this
        ~ " where erased_kind = 'identifier' group by one_key") -%}
    {%- do create_working_table('erasure_candidates',
        'select * from erasure_members where set_key in (select members.set_key from erasure_members as members'
        ~ ' inner join erasure_identifiers as erased on members.identifier_key = erased.identifier_key)') -%}
    {%- do create_working_table('erasure_whole_sets',
        'select stated.set_key, max(erased.erased_until) as erased_until from (' ~ stated_sets('erasure_candidates')
        ~ ') as stated inner join ' ~ this ~ " as erased on stated.stated_key = erased.one_key and erased.erased_kind = 'set'"
        ~ ' group by stated.set_key') -%}
    {%- do create_working_table('erasure_scrubs',
        'select candidates.set_key, candidates.identifier_type, candidates.identifier_key, whole.erased_until, true as is_whole'
        ~ ' from erasure_candidates as candidates inner join erasure_whole_sets as whole on candidates.set_key = whole.set_key'
        ~ ' where not candidates.is_company union all'
        ~ ' select candidates.set_key, candidates.identifier_type, candidates.identifier_key, erased.erased_until, false as is_whole'
        ~ ' from erasure_candidates as candidates inner join erasure_identifiers as erased'
        ~ ' on candidates.identifier_key = erased.identifier_key where not candidates.is_company') -%}
    {%- do create_working_table('erasure_lanes', lanes_of_sets('erasure_candidates')) -%}
{%- endmacro -%}

{#- Select of sets of identifiers with the key of their profile once it is erased: nobody's, and the same for all records of
    that profile. set_key, lane_key. -#}
{%- macro lanes_of_sets(members) -%}
    select
        set_key,
        {{ hash64("'erased:' || cast(identifier_key as " ~ text_type() ~ ")") }} as lane_key
    from (
        select
            members.set_key,
            members.identifier_key,
            row_number() over (
                partition by members.set_key
                order by case when members.is_profile then 0 else 1 end, rules.priority, members.identifier_key
            ) as place
        from {{ members }} as members
        inner join {{ ref('identifier_rules') }} as rules on members.identifier_type = rules.identifier_type
        where not members.is_company
    ) as profiles
    where place = 1
{%- endmacro -%}

{#- Scrubs one table that names persons. erased_set_key is 0 between the two statements: what the first has touched. -#}
{%- macro scrub_table(system, table, time_column, identifiers) -%}
    {%- set relation = ref('base_' ~ system ~ '__' ~ table) -%}
    {%- set contract = contract_of(system, table) -%}
    {%- set rows -%}
        select
            records.source_file_key,
            records.source_row,
            {%- for type in identifiers %}
            max(case when scrubs.identifier_type = '{{ type }}' then {{ pseudonym('scrubs.identifier_key') }} end) as {{ type }},
            {%- endfor %}
            max(lanes.lane_key) as lane_key,
            max(case when scrubs.is_whole then 1 else 0 end) as is_whole,
            max(case
                when scrubs.is_whole and records.record_status = 'accepted' and out_of_scope.record_key is null then 1 else 0
            end) as is_erased
        from {{ relation }} as records
        inner join erasure_scrubs as scrubs
            on {{ stated_set_key() }} = scrubs.set_key and {{ happened_at(time_column) }} <= scrubs.erased_until
        inner join erasure_lanes as lanes on scrubs.set_key = lanes.set_key
        left join (
            select record_key from {{ ref('int_records_out_of_scope') }}
            where source_system = '{{ system }}' and source_table = '{{ table }}'
        ) as out_of_scope on records.record_key = out_of_scope.record_key
        where records.record_status <> 'erased'
        group by records.source_file_key, records.source_row
    {%- endset -%}
    {%- do create_working_table('erasure_rows', rows) -%}
    {%- set changes = without_texts(contract, 'scrubbed.is_whole = 1') -%}
    {%- set differences = ['scrubbed.is_erased = 1', '(scrubbed.is_whole = 1 and records.version_hash is null)'] -%}
    {%- for type in identifiers -%}
        {%- do changes.update({type: 'coalesce(scrubbed.' ~ type ~ ', records.' ~ type ~ ')'}) -%}
        {%- do differences.append('records.' ~ type ~ ' <> scrubbed.' ~ type) -%}
    {%- endfor -%}
    {%- do changes.update({
        'record_status': "case when scrubbed.is_erased = 1 then 'erased' else records.record_status end",
        'identifier_set_key': key_as_row_hash('scrubbed.lane_key'),
        'erased_set_key': key_as_row_hash('0'),
        'version_hash': 'coalesce(records.version_hash, ' ~ version_hash(contract, 'records.') ~ ')',
    }) -%}
    {%- do run_update(
        relation, changes, differences | join(' or '), 'erasure_rows as scrubbed',
        'records.source_file_key = scrubbed.source_file_key and records.source_row = scrubbed.source_row'
    ) -%}
    {%- do run_update(
        relation,
        {
            'record_hash': row_hash(contract.columns.keys() | list),
            'erased_set_key': identifier_set_key(system, table),
            'identifier_set_key': "case when record_status = 'erased' then identifier_set_key else "
                ~ identifier_set_key(system, table, after_erasure=true) ~ ' end',
        },
        'erased_set_key = 0'
    ) -%}
{%- endmacro -%}

{#- Scrubs the records of a table that carry no identifier and belong to an erased record of a parent table. Goes before the
    parent's own scrubbing, which gives it other set keys. -#}
{%- macro scrub_children(system, table, time_column, parent_table, parent_column) -%}
    {%- set relation = ref('base_' ~ system ~ '__' ~ table) -%}
    {%- set contract = contract_of(system, table) -%}
    {%- set parent_times = [] -%}
    {%- for entry in identified_tables() if entry[0] == system and entry[1] == parent_table -%}
        {%- do parent_times.append(entry[2]) -%}
    {%- endfor -%}
    {%- set own_set = [] -%}
    {%- for entry in identified_tables() if entry[0] == system and entry[1] == table -%}
        {%- do own_set.append(' and ' ~ stated_set_key() ~ ' is null') -%}
    {%- endfor -%}
    {%- do create_working_table('erasure_parents',
        'select ' ~ parent_column ~ ' as parent_number, max(whole.erased_until) as erased_until from '
        ~ ref('base_' ~ system ~ '__' ~ parent_table) ~ ' as records inner join erasure_whole_sets as whole on '
        ~ stated_set_key() ~ ' = whole.set_key and ' ~ happened_at(parent_times[0]) ~ ' <= whole.erased_until'
        ~ " where records.record_status in ('accepted', 'erased') group by " ~ parent_column) -%}
    {%- set changes = without_texts(contract, '1 = 1') -%}
    {%- do changes.update({
        'record_status': "case when records.record_status = 'accepted' then 'erased' else records.record_status end",
        'version_hash': 'coalesce(records.version_hash, ' ~ version_hash(contract, 'records.') ~ ')',
    }) -%}
    {%- do run_update(
        relation,
        changes,
        'parents.parent_number is not null and ' ~ happened_at(time_column) ~ " <= parents.erased_until and"
        ~ " records.record_status <> 'erased' and (records.record_status = 'accepted' or records.version_hash is null)"
        ~ own_set | join,
        'erasure_parents as parents',
        'records.' ~ parent_column ~ ' = parents.parent_number'
    ) -%}
    {%- do run_update(
        relation,
        {'record_hash': row_hash(contract.columns.keys() | list)},
        "record_status = 'erased'" ~ own_set | join
    ) -%}
{%- endmacro -%}

{#- What takes the place of what speaks of a person, by column: pseudonyms; a date goes. `condition`: of which records. -#}
{%- macro without_texts(contract, condition) -%}
    {%- set changes = {} -%}
    {%- for column, kind in contract.columns.items() if column in personal_columns() -%}
        {%- set kept = 'records.' ~ column -%}
        {%- if kind == 'date' -%}
            {%- do changes.update({column: 'case when not (' ~ condition ~ ') then ' ~ kept ~ ' end'}) -%}
        {%- else -%}
            {%- do changes.update({column: 'case when ' ~ condition ~ ' and not ' ~ is_pseudonym(kept) ~ ' then '
                ~ pseudonym(keyed_hash("'text:' || " ~ kept)) ~ ' else ' ~ kept ~ ' end'}) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(changes) }}
{%- endmacro -%}
