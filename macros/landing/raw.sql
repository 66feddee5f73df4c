{#- A landed table as a subquery, typed by its contract. Columns: source_file_key and source_row (its place in the
    landing; source_row counts from 1 and ascends in the order of the file), each column of the contract in its kind's
    type (null where the table lacks it or the value cannot be read), and invalid_columns (names of the columns whose
    value cannot be read, each followed by a comma; '' when there is none). A table that has not landed gives no rows.
    `reader`: only the files that this model has not read yet. -#}
{%- macro raw(system, table, reader=none) -%}
    {%- set relation = source(system, table) -%}
    {%- if not execute -%}{{ return('(select 1)') }}{%- endif -%}
    {%- set contract = contract_of(system, table) -%}
    {%- set branches = [] if flags.EMPTY else landed_branches(system, table, relation, reader) -%}
    (
    {%- for branch in branches %}
    {% if not loop.first %}union all{% endif %}
    {{ typed_branch(contract, branch) }}
    {%- else %}
    select
        cast(null as bigint) as source_file_key,
        cast(null as bigint) as source_row,
        {%- for column, kind in contract.columns.items() %}
        {{ typed_value(column, kind, none) }} as {{ column }},
        {%- endfor %}
        cast(null as {{ text_type() }}) as invalid_columns
    where 1 = 0
    {%- endfor %}
    )
{%- endmacro -%}
