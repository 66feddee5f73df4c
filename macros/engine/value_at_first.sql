{#- Aggregate: the value in the group's first row by some columns (rows with a null value do not count). The
    columns must decide every tie. -#}
{%- macro value_at_first(value, order_columns) -%}
    {{ return(adapter.dispatch('value_at_first')(value, order_columns)) }}
{%- endmacro -%}

{%- macro duckdb__value_at_first(value, order_columns) -%}
    arg_min({{ value }}, {{ order_columns[0] if order_columns | length == 1 else 'row(' ~ order_columns | join(', ') ~ ')' }})
{%- endmacro -%}

{%- macro postgres__value_at_first(value, order_columns) -%}
    (array_agg({{ value }} order by {{ order_columns | join(', ') }}) filter (
        where ({{ value }}) is not null
        {%- if order_columns | length == 1 %} and {{ order_columns[0] }} is not null{% endif %}
    ))[1]
{%- endmacro -%}

{#- Null sorts first in a structure: whether a column is null goes before it. -#}
{%- macro spark__value_at_first(value, order_columns) -%}
    {%- set parts = [] -%}
    {%- for column in order_columns -%}{%- do parts.append('isnull(' ~ column ~ '), ' ~ column) -%}{%- endfor -%}
    min_by({{ value }}, struct({{ parts | join(', ') }})) filter (
        where ({{ value }}) is not null
        {%- if order_columns | length == 1 %} and {{ order_columns[0] }} is not null{% endif %}
    )
{%- endmacro -%}
