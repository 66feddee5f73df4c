{#- dbt empties the table of a seed and loads the file into the columns that it has, by place. After an upgrade these may be others. -#}
{%- macro default__reset_csv_table(model, full_refresh, old_relation, agate_table) -%}
    {%- set before = adapter.get_columns_in_relation(old_relation) | map(attribute='name') | list -%}
    {%- set is_another = before != agate_table.column_names | list -%}
    {{ return(dbt.default__reset_csv_table(model, full_refresh or is_another, old_relation, agate_table)) }}
{%- endmacro -%}

{#- Nothing hangs on a table here: to make it anew costs no more than to empty it, and takes new types as well. -#}
{%- macro duckdb__reset_csv_table(model, full_refresh, old_relation, agate_table) -%}
    {{ return(dbt.default__reset_csv_table(model, true, old_relation, agate_table)) }}
{%- endmacro -%}
