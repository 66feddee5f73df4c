{#- `dbt run-operation register_landed_files --args "$(cat spark_raw/register.json)"`: external tables of what
    `python -m touchpoints load` wrote for Spark: landed tables and unreadable lines in the raw schema, the secret in the vault. -#}
{%- macro register_landed_files(folder, tables) -%}
    {%- set places = {'vault.identity_key': 'identity_key', var('raw_schema') ~ '.unreadable_lines': 'unreadable_lines'} -%}
    {%- for table in tables -%}{%- do places.update({var('raw_schema') ~ '.' ~ table: table}) -%}{%- endfor -%}
    {%- do run_query('create schema if not exists ' ~ var('raw_schema')) -%}
    {%- do run_query('create schema if not exists vault') -%}
    {%- for relation, name in places.items() -%}
        {%- do run_query('drop table if exists ' ~ relation) -%}
        {%- do run_query('create table ' ~ relation ~ " using parquet options (path '" ~ folder ~ '/' ~ name ~ "', mergeSchema 'true')") -%}
    {%- endfor -%}
{%- endmacro -%}
