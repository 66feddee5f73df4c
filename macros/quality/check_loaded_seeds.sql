{#- On-run-start: tables that follow the news are not made from a seed that has changed since it was loaded, as `dbt run` after
    an edit would. They would keep what the former rows said, and count as made by the new ones: `definitions_hash` takes
    seeds as they are in their files. -#}
{%- macro check_loaded_seeds() -%}
    {%- set known = read_notes('loaded_seeds') if execute and keeps_memory() and flags.WHICH in ['run', 'build'] else {} -%}
    {%- set changed = [] -%}
    {%- for id, checksum in known.items()
        if id in graph.nodes and id not in selected_resources -%}
        {#- of a large seed a plain dbt knows the path alone: see `check_seed_sizes` -#}
        {%- set now = graph.nodes[id].checksum -%}
        {%- if now.name != 'path' and now.checksum != checksum -%}{%- do changed.append(id) -%}{%- endif -%}
    {%- endfor -%}
    {%- if changed -%}
        {#- grows while it is walked through: what the models are made from -#}
        {%- set read = [] -%}
        {%- for id in selected_resources if id in graph.nodes and graph.nodes[id].config.materialized == 'incremental' -%}
            {%- do read.append(id) -%}
        {%- endfor -%}
        {%- for id in read if id in graph.nodes and graph.nodes[id].resource_type == 'model' -%}
            {%- for parent in graph.nodes[id].depends_on.nodes if parent not in read -%}{%- do read.append(parent) -%}{%- endfor -%}
        {%- endfor -%}
        {%- for id in changed if id in read -%}
            {{ exceptions.raise_compiler_error(
                graph.nodes[id].original_file_path ~ ' has changed since it was loaded, and this run does not load it: run `dbt seed`'
                ~ ' before, or `dbt build`, which loads it'
            ) }}
        {%- endfor -%}
    {%- endif -%}
{%- endmacro -%}

{#- On-run-end: notes the checksums of the seeds that the run has loaded, for `check_loaded_seeds`. -#}
{%- macro note_loaded_seeds(results) -%}
    {%- if execute and keeps_memory() and not flags.EMPTY -%}
        {%- set known = {} -%}
        {%- for result in results if result.node.resource_type == 'seed' and result.status == 'success' -%}
            {%- do known.update({result.node.unique_id: result.node.checksum.checksum}) -%}
        {%- endfor -%}
        {%- if known -%}
            {{ write_notes('loaded_seeds', dict(read_notes('loaded_seeds'), **known)) }}
        {%- endif -%}
    {%- endif -%}
{%- endmacro -%}
