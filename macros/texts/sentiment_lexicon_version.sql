{#- Version of the seed lexicon, by what stands in it. -#}
{%- macro sentiment_lexicon_version() -%}
    {%- set parts = [] -%}
    {%- if execute and graph.nodes is defined -%}
    {%- for node in graph.nodes.values() | sort(attribute='unique_id')
        if node.resource_type == 'seed' and node.name in ['sentiment_lexicon', 'sentiment_negators'] -%}
        {%- do parts.append(node.checksum.checksum) -%}
    {%- endfor -%}
    {%- endif -%}
    {{- 'lexicon-' ~ local_md5(parts | join('|'))[:8] -}}
{%- endmacro -%}
