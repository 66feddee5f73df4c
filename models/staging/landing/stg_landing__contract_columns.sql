{%- set rows = [] -%}
{%- if execute -%}
{%- for system, table in landed_tables() -%}
{%- set contract = contract_of(system, table) -%}
{%- for column, kind in contract.columns.items() -%}
{%- set row = "'" ~ [system, table, column, kind] | join("', '") ~ "'" -%}
{%- do rows.append('(' ~ row ~ ', ' ~ (column in contract.need) | lower ~ ')') -%}
{%- endfor -%}
{%- endfor -%}
{%- endif -%}
select
    cast(contracts.source_system as {{ text_type() }}) as source_system,
    cast(contracts.source_table as {{ text_type() }}) as source_table,
    cast(contracts.column_name as {{ text_type() }}) as column_name,
    cast(contracts.column_kind as {{ text_type() }}) as column_kind,
    contracts.is_needed
from (
    {#- dbt parses the model without knowing the contracts -#}
    values
    {{ rows | join(',\n    ') or "('', '', '', '', false)" }}
) as contracts (source_system, source_table, column_name, column_kind, is_needed)
