{#- A row for each number outside its range: `ranges` gives `least` and `most`, which are inside, or `above`, which is not, by column. A bound may be another column. -#}
{% test numbers_within(model, ranges) %}
{%- for column, range in ranges.items() %}
select
    '{{ column }}' as column_name,
    cast({{ column }} as {{ text_type() }}) as outside
from {{ model }}
where
    {% for bound, sign in [('least', '<'), ('most', '>'), ('above', '<=')] if bound in range -%}
    {{ column }} {{ sign }} {{ range[bound] }}
    {{ 'or ' if not loop.last -}}
    {%- endfor %}
{{ 'union all' if not loop.last }}
{%- endfor %}
{% endtest %}
