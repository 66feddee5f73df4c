{#- The one place that decides how incremental models are built. True where an engine can delete and change rows: models
    replace what is affected, by key. Else every build makes them anew. -#}
{%- macro keeps_memory() -%}
    {{ return(adapter.dispatch('keeps_memory')()) }}
{%- endmacro -%}

{%- macro default__keeps_memory() -%}
    {{ return(true) }}
{%- endmacro -%}

{#- Files alone can be added to, and not changed; a table format can. -#}
{%- macro spark__keeps_memory() -%}
    {{ return(spark_tables() != 'parquet') }}
{%- endmacro -%}

{#- What Spark's tables are kept in (dbt_project.yml says it to dbt). -#}
{%- macro spark_tables() -%}
    {%- set tables = env_var('TOUCHPOINT_SPARK_TABLES', 'parquet') -%}
    {%- if tables not in ['parquet', 'delta', 'iceberg'] -%}
        {{ exceptions.raise_compiler_error("TOUCHPOINT_SPARK_TABLES='" ~ tables ~ "': accepted values are parquet, delta, iceberg") }}
    {%- endif -%}
    {{ return(tables) }}
{%- endmacro -%}
