{#- Condition on a record of a base table: it is not older than its table's retention period. A record of which no time is
    known is kept: nobody can tell its age. -#}
{%- macro is_retained(system, table, removes='record') -%}
    {%- set moment = kept_from(system, table, removes) -%}
    {%- if moment -%}
    coalesce({{ retention_time(system, table) }} >= timestamp '{{ moment }}', true)
    {%- else -%}
    1 = 1
    {%- endif -%}
{%- endmacro -%}

{#- A text of a landed record as staging hands it on: null where it was erased, or is older than texts of the table are kept. -#}
{%- macro retained_text(system, table, column) -%}
    {%- if kept_from(system, table, 'text') -%}
    case when {{ is_retained(system, table, 'text') }} then {{ unerased(column) }} end
    {%- else -%}
    {{ unerased(column) }}
    {%- endif -%}
{%- endmacro -%}

{#- Hash of what a record hands on: another one once its texts are gone, so that increments see it. -#}
{%- macro retained_hash(system, table) -%}
    {%- if kept_from(system, table, 'text') -%}
    case
        when {{ is_retained(system, table, 'text') }} then record_hash
        else {{ row_hash(['record_hash', "'without text'"]) }}
    end
    {%- else -%}
    record_hash
    {%- endif -%}
{%- endmacro -%}
