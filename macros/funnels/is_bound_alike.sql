{#- Condition: an interaction lies in the session and carries the value that an entry is bound to, if it is bound to any. -#}
{%- macro is_bound_alike(entries, rules, interactions) -%}
    (
        {{ entries }}.bound_session_key is null
        or {{ entries }}.bound_session_key = {{ interactions }}.session_key
    )
    and (
        {{ entries }}.held_value is null
        or {{ entries }}.held_value = {{ held_value(rules ~ '.hold_constant', interactions) }}
    )
{%- endmacro -%}
