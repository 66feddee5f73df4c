{#- Values that are no ISO 4217 code: three capitals. -#}
{% test currency_codes(model, columns) %}
{%- for column in columns %}
select {{ column }} as misspelt
from {{ model }}
where not {{ matches(column, '^[A-Z]{3}$') }}
{{ 'union all' if not loop.last }}
{%- endfor %}
{% endtest %}
