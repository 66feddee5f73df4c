{#- The types that the contracts of the marts state, in the engine's own words, before dbt compares a model with them. -#}
{%- macro postgres__get_assert_columns_equivalent(sql) -%}
    {%- set types = {'double': 'double precision', 'varchar': 'text'} -%}
    {%- for column in model['columns'].values() if column['data_type'] in types -%}
        {%- do column.update({'data_type': types[column['data_type']]}) -%}
    {%- endfor -%}
    {{ return(default__get_assert_columns_equivalent(sql)) }}
{%- endmacro -%}
