{#- Rows whose columns, taken together, are none of the `accepted` ones. -#}
{% test accepted_rows(model, columns, accepted) %}
{%- set conditions = [] -%}
{%- for row in accepted -%}
    {%- set equal = [] -%}
    {%- for value in row -%}
        {%- set literal = value | lower if value is boolean else "'" ~ value ~ "'" -%}
        {%- do equal.append(columns[loop.index0] ~ ' = ' ~ literal) -%}
    {%- endfor -%}
    {%- do conditions.append('not (' ~ equal | join(' and ') ~ ')') -%}
{%- endfor -%}
select
    {{ columns | join(',\n    ') }}
from {{ model }}
where
    {{ conditions | join('\n    and ') }}
{% endtest %}
