{#- dbt's own statement, and statistics at once: PostgreSQL would plan what reads the table for one of unknown size, as nothing waits for the
    server to look at it by itself. -#}
{%- macro postgres__create_table_as(temporary, relation, sql) -%}
    {{ dbt.postgres__create_table_as(temporary, relation, sql) }}
    analyze {{ relation }};
{%- endmacro -%}
