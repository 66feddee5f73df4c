{#- Rows in which a column is empty where it `must` be filled, or filled where it `may` not be. Both: by column, the column
    that decides and the values of it with which it must, or may. -#}
{% test filled_where(model, must={}, may={}) %}
{%- set told = [] -%}
{%- for is_must, rules in [(true, must), (false, may)] -%}
    {%- for column, deciding in rules.items() -%}
        {%- for other, values in deciding.items() -%}
            {%- do told.append((column, other, values, is_must)) -%}
        {%- endfor -%}
    {%- endfor -%}
{%- endfor -%}
{%- for column, other, values, is_must in told %}
select
    '{{ column }}' as column_name,
    {{ other }} as decided_by
from {{ model }}
where
    {{ column }} is {{ '' if is_must else 'not ' }}null
    and {{ other }} {{ '' if is_must else 'not ' }}in ({{ quoted(values) }})
{{ 'union all' if not loop.last }}
{%- endfor %}
{% endtest %}
