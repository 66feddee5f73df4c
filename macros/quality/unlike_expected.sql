{#- Body of a test of expressions: the cases whose value is not the expected one. `cases`: lists of an expression and what it
    should be, both SQL. -#}
{%- macro unlike_expected(cases) -%}
    {%- for expression, expected in cases %}
    select {{ loop.index }} as case_number
    where ({{ expression }}) is distinct from ({{ expected }})
    {{ 'union all' if not loop.last }}
    {%- endfor %}
{%- endmacro -%}
