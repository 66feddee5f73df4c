{#- The types that the contracts of the marts state, in the engine's own words, before dbt compares a model with them. -#}
{%- macro state_contract_types(types) -%}
    {%- for column in model['columns'].values() if column['data_type'] in types -%}
        {%- do column.update({'data_type': types[column['data_type']]}) -%}
    {%- endfor -%}
{%- endmacro -%}

{%- macro postgres__get_assert_columns_equivalent(sql) -%}
    {%- do state_contract_types({'double': 'double precision', 'varchar': 'text', 'varchar[]': 'text[]'}) -%}
    {{ return(default__get_assert_columns_equivalent(sql)) }}
{%- endmacro -%}

{%- macro spark__get_assert_columns_equivalent(sql) -%}
    {%- do state_contract_types({'varchar': 'string', 'varchar[]': 'array<string>', 'timestamp': 'timestamp_ntz'}) -%}
    {{ return(default__get_assert_columns_equivalent(sql)) }}
{%- endmacro -%}

{#- A seed's texts have a length on Spark: they are texts like others. -#}
{%- macro spark__format_column(column) -%}
    {%- set type = 'STRING_TYPE' if column.dtype == 'VARCHAR_TYPE' else column.dtype -%}
    {{ return({'name': column.name, 'data_type': type, 'formatted': column.column | lower ~ ' ' ~ type}) }}
{%- endmacro -%}
