{#- The landing contract of a table as its sources YAML states it: {columns: {name: kind}, key: […], need: […]}. -#}
{%- macro contract_of(system, table) -%}
    {%- set node = graph.sources['source.' ~ project_name ~ '.' ~ system ~ '.' ~ table] -%}
    {%- set columns = {} -%}
    {%- for name, column in node.columns.items() -%}
        {%- do columns.update({name: column.data_type}) -%}
    {%- endfor -%}
    {{ return({'columns': columns, 'key': node.config.meta.key, 'need': node.config.meta.need}) }}
{%- endmacro -%}
