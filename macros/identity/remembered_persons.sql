{#- Who every identifier was when the log of merges was last written, and up to when it was erased by then; nobody before the
    first time. A table of an earlier version did not say what was erased: all of it counts as news, once. -#}
{%- macro remembered_persons() -%}
    {%- set remembered = load_relation(persons_relation()) if execute else none -%}
    {%- if remembered -%}
    {%- set columns = adapter.get_columns_in_relation(remembered) | map(attribute='name') | map('lower') | list -%}
    select
        identifier_key,
        user_key,
        {{ 'erased_until' if 'erased_until' in columns else 'cast(null as timestamp)' }} as erased_until
    from {{ remembered }}
    {%- else -%}
    {#- typed and without rows: there was no time before -#}
    select
        cast(null as bigint) as identifier_key,
        cast(null as bigint) as user_key,
        cast(null as timestamp) as erased_until
    where 1 = 0
    {%- endif -%}
{%- endmacro -%}

{#- Post-hook of the log of merges: who every identifier is now, for the next time. Only written when the log is. -#}
{%- macro remember_persons() -%}
    {%- if execute and not flags.EMPTY -%}
    {{ replace_table(
        persons_relation(),
        'select resolved.identifier_key, resolved.user_key, erased.erased_until from ' ~ ref('int_identifiers_resolved')
        ~ ' as resolved left join ' ~ ref('int_identifiers_erased')
        ~ ' as erased on resolved.identifier_key = erased.identifier_key where resolved.user_key is not null'
    ) }}
    {%- endif -%}
{%- endmacro -%}

{#- The relation behind `remembered_persons`. -#}
{%- macro persons_relation() -%}
    {{ return(api.Relation.create(
        database=this.database, schema=this.schema, identifier='remembered_persons', type='table'
    )) }}
{%- endmacro -%}
