{#- Values of the column that occur more than once, and null: what `unique` and `not_null` refuse, by one test. -#}
{% test primary_key(model, column_name) %}
select
    {{ column_name }},
    count(*) as row_count
from {{ model }}
group by {{ column_name }}
having count(*) > 1 or {{ column_name }} is null
{% endtest %}
