{#- Who every identifier was when the log of merges was last written; nobody before the first time. -#}
{%- macro remembered_persons() -%}
    {%- set remembered = persons_relation() -%}
    {%- if execute and load_relation(remembered) -%}
    select
        identifier_key,
        user_key
    from {{ remembered }}
    {%- else -%}
    select
        cast(null as bigint) as identifier_key,
        cast(null as bigint) as user_key
    where 1 = 0
    {%- endif -%}
{%- endmacro -%}

{#- Post-hook of the log of merges: who every identifier is now, for the next time. Only written when the log is. -#}
{%- macro remember_persons() -%}
    {%- if execute and not flags.EMPTY -%}
    {{ replace_table(
        persons_relation(),
        'select identifier_key, user_key from ' ~ ref('int_identifiers_resolved') ~ ' where user_key is not null'
    ) }}
    {%- endif -%}
{%- endmacro -%}

{#- The relation behind `remembered_persons`. -#}
{%- macro persons_relation() -%}
    {{ return(api.Relation.create(
        database=this.database, schema=this.schema, identifier='remembered_persons', type='table'
    )) }}
{%- endmacro -%}
