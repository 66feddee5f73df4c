{#- Body of a base model: every record of a landed table, typed, keyed and judged. record_status is `quarantined` (a needed
    column is missing, unreadable or out of range: reason_code) or `accepted`; the post-hooks mark duplicates and add the lines that
    could not be read. One pass over the files; a file is read once. A table that speaks of persons has erased_set_key and
    version_hash as well, null until something of the record is erased: see `scrub_records`. `first`: a post-hook that goes
    before all others, so that nothing of a new table is committed before it. -#}
{%- macro landed_records(system, table, first=none) -%}
{{- config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    pre_hook="{{ forget_gone_files('source_file_key', keep_keys=true) }}",
    post_hook=([first] if first else []) + [
        "{{ settle_new_table() }}",
        "{{ mark_duplicates('" ~ system ~ "', '" ~ table ~ "') }}",
        "{{ keep_unreadable_lines('" ~ system ~ "', '" ~ table ~ "') }}",
        "{{ remember_read_files('" ~ system ~ "', '" ~ table ~ "') }}",
    ]
) -}}
{%- set records = raw(system, table, this.identifier if is_incremental() else none) -%}
{%- if execute -%}
{%- set contract = contract_of(system, table) -%}
{%- set identified = [] -%}
{%- for entry in identified_tables() -%}{%- do identified.append([entry[0], entry[1]]) -%}{%- endfor -%}
with landed as (
    select * from {{ records }} as landed_records
),

judged as (
    select
        *,
        case
            {%- for column in contract.need %}
            when {{ column }} is null
                then case when position(',{{ column }},' in ',' || invalid_columns) > 0 then 'invalid_{{ column }}' else 'missing_{{ column }}' end
            {%- if contract.columns[column] in ['timestamp', 'date'] %}
            when not ({{ is_possible_time(column, contract.columns[column]) }}) then 'out_of_range_{{ column }}'
            {%- endif %}
            {%- endfor %}
        end as reason_code
    from landed
)

select
    {{ record_key(system, table, contract.key) }} as record_key,
    case when reason_code is null then 'accepted' else 'quarantined' end as record_status,
    reason_code,
    source_file_key,
    source_row,
    nullif(invalid_columns, '') as invalid_columns,
    {{ row_hash(contract.columns.keys() | list) }} as record_hash,
    {%- if [system, table] in identified %}
    {{ identifier_set_key(system, table) }} as identifier_set_key,
    {%- endif %}
    {%- if private_columns(contract) %}
    {#- null in the type of a set key #}
    case when 1 = 0 then {{ row_hash(["''"]) }} end as erased_set_key,
    cast(null as bigint) as version_hash,
    {%- endif %}
    {%- for column in contract.columns %}
    {{ column }}{{ ',' if not loop.last }}
    {%- endfor %}
from judged
{%- endif -%}
{%- endmacro -%}

{#- The columns of a landed table that an erasure concerns: its identifiers, and what else speaks of a person. -#}
{%- macro private_columns(contract) -%}
    {%- set found = [] -%}
    {%- for column in contract.columns if column in identifier_types() or column in personal_columns() -%}
        {%- do found.append(column) -%}
    {%- endfor -%}
    {{ return(found) }}
{%- endmacro -%}

{#- Hash that orders versions of a record which differ in private columns alone: the same before and after an erasure. -#}
{%- macro version_hash(contract, prefix='') -%}
    {%- set parts = [] -%}
    {%- for column in private_columns(contract) -%}
        {%- do parts.append("coalesce(cast(" ~ prefix ~ column ~ " as " ~ text_type() ~ "), '')") -%}
    {%- endfor -%}
    {{- keyed_hash(parts | join(" || chr(31) || ")) -}}
{%- endmacro -%}
