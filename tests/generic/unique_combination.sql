{#- Rows that occur more than once over the columns. Nulls are values: two rows without a
    month are the same month. `by_industry`: a row of `all` holds for every industry, so the rest of its key
    stands nowhere else. -#}
{% test unique_combination(model, columns, by_industry=false) %}
{%- set key = columns | reject('equalto', 'industry') | list if by_industry else columns -%}
{%- set repeated = 'count(*) > 1' -%}
{%- if by_industry -%}
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
