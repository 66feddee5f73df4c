{#- dbt's own materialisations make a relation beside the old one, rename both and drop the old one, in statements of
    their own. DuckDB replaces a relation inside one transaction, so that two of four statements do. -#}
{% materialization table, adapter='duckdb' %}
    {%- set target = this.incorporate(type='table') -%}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}
    {%- call statement('main') -%}
        {{ drop_existing() }}
        {{ create_table_as(False, target, compiled_code) }}
    {%- endcall -%}
    {%- do create_indexes(target) -%}
    {%- do persist_docs(target, model) -%}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {{ adapter.commit() }}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': [target]}) }}
{% endmaterialization %}

{% materialization view, adapter='duckdb' %}
    {%- set target = this.incorporate(type='view') -%}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}
    {%- call statement('main') -%}
        {{ drop_existing() }}
        {{ get_create_view_as_sql(target, sql) }}
    {%- endcall -%}
    {%- do persist_docs(target, model) -%}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {{ adapter.commit() }}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': [target]}) }}
{% endmaterialization %}

{%- macro drop_existing() -%}
    {%- set existing = load_cached_relation(this) -%}
    {%- if existing is not none -%}
        drop {{ existing.type }} if exists {{ existing }} cascade;
    {%- endif -%}
{%- endmacro -%}
