{#- Rows that name a table which does not land: source_system and source_table. -#}
{% test landed_table(model) %}
{%- set landed = [] -%}
{%- for system, table in landed_tables() -%}
    {%- do landed.append(system ~ '.' ~ table) -%}
{%- endfor -%}
select
    source_system,
    source_table
from {{ model }}
where source_system || '.' || source_table not in ({{ quoted(landed) }})
{% endtest %}
