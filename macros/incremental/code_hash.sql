{#- Hash of the SQL that rows of these models (unique ids) are made by: their own, that of all models before them, and of the
    project's macros in these. What other models, tests and descriptions say is no part of it. The graph, which is one for a whole
    run, keeps what was worked out. -#}
{%- macro code_hash(unique_ids) -%}
    {%- set known = graph.setdefault('code_hashes', {}) -%}
    {%- set asked = unique_ids | join(' ') -%}
    {%- if asked in known -%}{{ return(known[asked]) }}{%- endif -%}
    {%- set parts = {} -%}
    {#- lists that grow while they are gone through -#}
    {%- set waiting = unique_ids | list -%}
    {%- set called = [] -%}
    {%- for unique_id in waiting if unique_id not in parts and graph.nodes[unique_id].resource_type == 'model' -%}
        {%- set node = graph.nodes[unique_id] -%}
        {%- do parts.update({unique_id: node.checksum.checksum}) -%}
        {%- do waiting.extend(node.depends_on.nodes | select('in', graph.nodes)) -%}
        {%- do called.extend(node.depends_on.macros) -%}
    {%- endfor -%}
    {%- set own = context[project_name] -%}
    {%- for unique_id in called if unique_id not in parts and unique_id.startswith('macro.' ~ project_name ~ '.') -%}
        {%- set macro = own[unique_id.split('.')[-1]].macro -%}
        {%- do parts.update({unique_id: local_md5(macro.macro_sql)}) -%}
        {%- do called.extend(macro.depends_on.macros) -%}
    {%- endfor -%}
    {%- do known.update({asked: local_md5(parts | dictsort | string)}) -%}
    {{- return(known[asked]) -}}
{%- endmacro -%}
