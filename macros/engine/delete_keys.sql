{#- Statement that deletes the rows whose key is in a query's only column. -#}
{%- macro delete_keys(relation, key, keys) -%}
    {{ return(adapter.dispatch('delete_keys')(relation, key, keys)) }}
{%- endmacro -%}

{%- macro default__delete_keys(relation, key, keys) -%}
    delete from {{ relation }} where {{ key }} in ({{ keys }})
{%- endmacro -%}

{#- Table formats take no query in the condition of a deletion. -#}
{%- macro spark__delete_keys(relation, key, keys) -%}
    merge into {{ relation }} as records
    using (select distinct gone.gone_key from ({{ keys }}) as gone(gone_key)) as gone
    on records.{{ key }} = gone.gone_key
    when matched then delete
{%- endmacro -%}
