{#- Rows that occur more than once over the columns. Nulls are values: two rows without a
    month are the same month. A row of the industry `all` holds for every one, so the rest of its key
    stands nowhere else. -#}
{% test unique_combination(model, columns) %}
{%- set key = columns | reject('equalto', 'industry') | list -%}
{%- set repeated = 'count(*) > 1' -%}
{%- if 'industry' in columns -%}
    {%- set repeated = "count(*) > count(distinct industry) or (count(distinct industry) > 1"
        ~ " and max(case when industry = 'all' then 1 else 0 end) = 1)" -%}
{%- endif -%}
select
    {{ key | join(',\n    ') }},
    count(*) as row_count
from {{ model }}
group by {{ key | join(', ') }}
having {{ repeated }}
{% endtest %}
