{#- Values that are not trimmed and in lower case, as what they are compared with is. -#}
{% test lower_case(model, columns) %}
{%- for column in columns %}
select {{ column }} as misspelt
from {{ model }}
where {{ column }} <> lower({{ trim_white_space(column) }})
{{ 'union all' if not loop.last }}
{%- endfor %}
{% endtest %}
