{#- Pre-hook of `int_evidence_clusters`: which evidence (sets of identifiers, pairs that somebody stated) hangs together.
    A cluster is what connects in any way, before any rule says whether it may: nothing outside it can change who its
    identifiers are, so that an increment works out the clusters that it touches and leaves the others alone. `evidence`:
    evidence_key, input_hash. `members`: evidence_key, identifier_key. Rows of the touched clusters are deleted; left are
    the working tables working_evidence (evidence_key, input_hash, hub_key: its lowest identifier) with all evidence of
    these clusters, and clusters (node, component). -#}
{%- macro cluster_evidence(evidence, members) -%}
{%- if execute and not flags.EMPTY -%}
    {%- if is_incremental() -%}
        {%- do note_touched_evidence(evidence, members) -%}
    {%- else -%}
        {%- do create_working_table('touched_evidence', 'select evidence_key, input_hash from ' ~ evidence) -%}
    {%- endif -%}
    {%- do create_working_table('touched_members',
        'select members.evidence_key, members.identifier_key from ' ~ members
        ~ ' as members inner join touched_evidence as touched on members.evidence_key = touched.evidence_key') -%}
    {%- do create_working_table('working_evidence',
        'select touched.evidence_key, touched.input_hash, hubs.hub_key from touched_evidence as touched left join'
        ~ ' (select evidence_key, min(identifier_key) as hub_key from touched_members group by evidence_key) as hubs'
        ~ ' on touched.evidence_key = hubs.evidence_key') -%}
    {%- do create_working_table('cluster_links',
        'select distinct evidence.hub_key as node, members.identifier_key as neighbour from working_evidence as evidence'
        ~ ' inner join touched_members as members on evidence.evidence_key = members.evidence_key'
        ~ ' where evidence.hub_key <> members.identifier_key') -%}
    {%- do connected_components('cluster_links', 'clusters') -%}
    {%- if is_incremental() -%}
    {{ run_in_turn([
        delete_keys(this, 'cluster_key', 'select cluster_key from touched_clusters'),
        delete_keys(this, 'evidence_key', 'select evidence_key from changed_evidence'),
    ]) }}
    {%- endif -%}
{%- endif -%}
{%- endmacro -%}

{#- Working tables of an increment: changed_evidence (what came, went or changed since the last time), touched_clusters (those
    that it belongs or belonged to), touched_evidence (all that is there now of them). -#}
{%- macro note_touched_evidence(evidence, members) -%}
    {%- do create_working_table('changed_evidence',
        'select coalesce(now.evidence_key, before.evidence_key) as evidence_key, before.cluster_key from ' ~ evidence
        ~ ' as now full outer join ' ~ this ~ ' as before on now.evidence_key = before.evidence_key'
        ~ ' where now.input_hash is distinct from before.input_hash') -%}
    {%- do create_working_table('touched_identifiers',
        'select distinct identifier_key from ' ~ members
        ~ ' where evidence_key in (select evidence_key from changed_evidence)') -%}
    {%- do create_working_table('touched_clusters',
        'select cluster_key from changed_evidence where cluster_key is not null union select clusters.cluster_key from '
        ~ members ~ ' as members inner join touched_identifiers as touched'
        ~ ' on members.identifier_key = touched.identifier_key inner join ' ~ this
        ~ ' as clusters on members.evidence_key = clusters.evidence_key') -%}
    {%- do create_working_table('touched_evidence',
        'select now.evidence_key, now.input_hash from ' ~ evidence ~ ' as now left join ' ~ this
        ~ ' as before on now.evidence_key = before.evidence_key where before.evidence_key is null'
        ~ ' or before.cluster_key in (select cluster_key from touched_clusters)') -%}
{%- endmacro -%}
