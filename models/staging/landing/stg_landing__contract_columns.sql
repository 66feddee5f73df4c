{%- if execute -%}
{%- for system, table in landed_tables() -%}
{%- set contract = contract_of(system, table) -%}
{%- for column, kind in contract.columns.items() %}
select
    '{{ system }}' as source_system,
    '{{ table }}' as source_table,
    '{{ column }}' as column_name,
    '{{ kind }}' as column_kind,
    {{ 'true' if column in contract.need else 'false' }} as is_needed
{{ 'union all' if not loop.last }}
{%- endfor %}
{{ 'union all' if not loop.last }}
{%- endfor %}
{%- endif %}
