{#- What stands in the place of an erased value: `erased:` and a keyed hash, of which nobody can tell the value. `key`: the
    key of the identifier, or of the text. -#}
{%- macro pseudonym(key) -%}
    'erased:' || {{ key_as_id(key) }}
{%- endmacro -%}

{#- Condition: the value was erased, and this is what stands in its place. -#}
{%- macro is_pseudonym(value) -%}
    ({{ value }} like 'erased:%' and {{ matches(value, '^erased:[0-9a-f]{16}$') }})
{%- endmacro -%}

{#- A column of a landed record as staging hands it on: null where it was erased. -#}
{%- macro unerased(column) -%}
    case when not {{ is_pseudonym(column) }} then {{ column }} end
{%- endmacro -%}

{#- Condition on a record of a base table: staging hands it on. An erased one stays as an event of nobody, without text; one
    that is older than its retention period does not. Staging waits for the erasures, so that nothing downstream ever sees
    what is erased. -#}
{%- macro is_handed_on(system, table) -%}
    {%- do ref('int_erasures') -%}
    record_status in ('accepted', 'erased')
    {%- if kept_from(system, table) %} and {{ is_retained(system, table) }}{% endif -%}
{%- endmacro -%}
