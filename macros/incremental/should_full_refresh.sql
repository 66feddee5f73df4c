{#- Replaces dbt's own: an engine that keeps no memory makes every model anew, and so does every engine a model whose rows were made by
    other definitions; logs go on everywhere. -#}
{%- macro should_full_refresh() -%}
    {%- set stated = config.get('full_refresh') -%}
    {{ return(stated if stated is not none else flags.FULL_REFRESH or not keeps_memory() or is_outdated()) }}
{%- endmacro -%}

{#- Whether no row of this model can stay: it follows its input by key and was made by other definitions than there are now, or
    it has read its files otherwise than they would be now. The graph, which is one for a whole run, keeps the answer. -#}
{%- macro is_outdated() -%}
    {%- set known = graph.setdefault('outdated_models', {}) -%}
    {%- if model.unique_id not in known -%}
        {%- set hooks = model.config['pre-hook'] | map(attribute='sql') | join -%}
        {%- if 'drop_affected(' in hooks or 'cluster_evidence(' in hooks -%}
            {%- do known.update({model.unique_id: not is_made_as_defined()}) -%}
        {%- else -%}
            {%- do known.update({model.unique_id: 'forget_gone_files(' in hooks and has_read_otherwise()}) -%}
        {%- endif -%}
    {%- endif -%}
    {{ return(known[model.unique_id]) }}
{%- endmacro -%}
