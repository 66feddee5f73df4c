{#- Hash of what definitions, settings and vars say, and of the SQL of incremental models. The graph, which is one for a whole run,
    keeps it. -#}
{%- macro definitions_hash() -%}
    {%- if 'definitions_hash' in graph -%}{{ return(graph['definitions_hash']) }}{%- endif -%}
    {%- set parts = [] -%}
    {%- for node in graph.nodes.values() | selectattr('resource_type', 'equalto', 'seed') | sort(attribute='unique_id') -%}
        {%- do parts.append(node.unique_id ~ '=' ~ node.checksum.checksum) -%}
    {%- endfor -%}
    {%- set followers = graph.nodes.values() | selectattr('config.materialized', 'equalto', 'incremental') -%}
    {%- do parts.append('code=' ~ code_hash(followers | map(attribute='unique_id') | list)) -%}
    {%- for name in ['raw_root', 'industry', 'timezone', 'currency', 'bot_rule', 'staff_rule'] -%}
        {%- do parts.append(name ~ '=' ~ setting(name)) -%}
    {%- endfor -%}
    {%- for name in [
        'session_gap_minutes', 'session_breaks_on_campaign', 'session_breaks_at_midnight', 'max_funnel_steps',
        'earliest_time', 'latest_time', 'default_country_code', 'path_steps', 'lead_interaction_types',
        'time_decay_half_life_days', 'case_gap_hours', 'case_min_weight', 'evidence_term_count', 'neutral_sentiment',
        'scorecard_goal', 'intent_interaction_types', 'journey_score_hours'
    ] -%}
        {%- do parts.append(name ~ '=' ~ var(name)) -%}
    {%- endfor -%}
    {%- do graph.update({'definitions_hash': local_md5(parts | join('|'))}) -%}
    {{ return(graph['definitions_hash']) }}
{%- endmacro -%}

{#- Whether the rows of this model were made by what definitions say now. -#}
{%- macro is_made_as_defined() -%}
    {{ return(noted_definitions().get(model.unique_id) == definitions_hash()) }}
{%- endmacro -%}

{#- Hashes of the definitions that models were made by, by id; read once a run. -#}
{%- macro noted_definitions() -%}
    {%- if 'noted_definitions' not in graph -%}
        {%- do graph.update({'noted_definitions': read_notes('model_definitions')}) -%}
    {%- endif -%}
    {{ return(graph['noted_definitions']) }}
{%- endmacro -%}

{#- On-run-start: what this run is about to make by other definitions counts as made by none until the run ends, as it may
    be killed before. -#}
{%- macro forget_definitions() -%}
    {%- if execute and keeps_memory() and flags.WHICH in ['run', 'build'] -%}
        {%- set now = definitions_hash() -%}
        {%- set kept = {} -%}
        {%- for id, hash in noted_definitions().items() if hash == now or id not in selected_resources -%}
            {%- do kept.update({id: hash}) -%}
        {%- endfor -%}
        {{ replace_definitions(kept) }}
    {%- endif -%}
{%- endmacro -%}

{#- On-run-end: notes by which definitions models were made. One that was made from another which stands as other definitions have
    made it, as the run left that out, counts as made by none: it is made anew until both agree. -#}
{%- macro note_definitions(results) -%}
    {%- if execute and keeps_memory() and flags.WHICH in ['run', 'build'] and not flags.EMPTY -%}
        {%- set now = definitions_hash() -%}
        {%- set known = dict(noted_definitions()) -%}
        {#- in the order in which they were made -#}
        {%- for result in results if result.node.resource_type == 'model' and result.status == 'success' -%}
            {%- set others = [] -%}
            {%- for id in result.node.depends_on.nodes if id.startswith('model.') and known.get(id) != now -%}
                {%- do others.append(id) -%}
            {%- endfor -%}
            {%- do known.update({result.node.unique_id: none if others else now}) -%}
        {%- endfor -%}
        {{ replace_definitions(known) }}
    {%- endif -%}
{%- endmacro -%}

{#- Notes of definitions in the place of former ones, unless they are the same. -#}
{%- macro replace_definitions(known) -%}
    {%- set noted = {} -%}
    {%- for id, hash in known.items() if hash -%}{%- do noted.update({id: hash}) -%}{%- endfor -%}
    {%- if noted != noted_definitions() -%}
        {%- do graph.update({'noted_definitions': noted}) -%}
        {{ write_notes('model_definitions', noted) }}
    {%- endif -%}
{%- endmacro -%}
