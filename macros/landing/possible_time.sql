{#- Condition: a time or date lies between the vars earliest_time and latest_time. An optional date is not held to the earliest
    one: people were born before. Year 1000 is the first that a text may state. -#}
{%- macro is_possible_time(column, kind='timestamp', is_needed=true) -%}
    {{ column }} >= {{ kind }} '{{ var("earliest_time") if is_needed or kind != 'date' else '1000-01-01' }}' and {{ column }} < {{ kind }} '{{ var("latest_time") }}'
{%- endmacro -%}

{#- A time or date, null where it cannot be meant: systems write 9999-12-31 for "not yet". -#}
{%- macro possible_time(column, kind='timestamp', is_needed=true) -%}
    case when {{ is_possible_time(column, kind, is_needed) }} then {{ column }} end
{%- endmacro -%}
