{#- dbt empties the table of a seed and fills the columns that it has. After an upgrade the file may have others. -#}
{%- macro postgres__reset_csv_table(model, full_refresh, old_relation, agate_table) -%}
    {%- set before = adapter.get_columns_in_relation(old_relation) | map(attribute='name') | list -%}
    {%- set is_another = before != agate_table.column_names | list -%}
    {{ return(dbt.default__reset_csv_table(model, full_refresh or is_another, old_relation, agate_table)) }}
{%- endmacro -%}

{#- Here the file is even read by place. Nothing hangs on a table, so that to make it anew costs no more than to empty it. -#}
{%- macro duckdb__reset_csv_table(model, full_refresh, old_relation, agate_table) -%}
    {{ return(dbt.default__reset_csv_table(model, true, old_relation, agate_table)) }}
{%- endmacro -%}
