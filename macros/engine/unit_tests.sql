{#- Rows of a unit test's input as a query. dbt calls five macros for each value and writes types and names again in
    each row; half of the time of unit tests went there. -#}
{%- macro get_fixture_sql(rows, column_name_to_data_types) -%}
    {{ return(adapter.dispatch('fixture_sql')(rows, column_name_to_data_types)) }}
{%- endmacro -%}

{%- macro default__fixture_sql(rows, column_name_to_data_types) -%}
    {{ return(dbt.get_fixture_sql(rows, column_name_to_data_types)) }}
{%- endmacro -%}

{%- macro duckdb__fixture_sql(rows, column_name_to_data_types) -%}
    {%- set columns = {} -%}
    {%- for column in adapter.get_columns_in_relation(this) -%}
        {%- do columns.update({column.name | lower: [column.quoted, column.data_type]}) -%}
    {%- endfor -%}
    {%- if column_name_to_data_types or not columns -%}
        {{ return(dbt.get_fixture_sql(rows, column_name_to_data_types)) }}
    {%- endif -%}
    {{ return(rows_as_query(rows, columns)) }}
{%- endmacro -%}

{#- Query of rows as they stand in YAML; a column that a row does not name is null. The first row tells types and names,
    which a union keeps; without any row, a row of nulls tells them and `limit 0` takes it away, so that an input without
    rows is empty. `columns`: name in small letters: [name in quotes, type]. -#}
{%- macro rows_as_query(rows, columns) -%}
    {%- for row in rows or [{}] -%}
        {%- set is_first = loop.first -%}
        {%- set values = {} -%}
        {%- for name, value in row.items() -%}
            {%- if name | lower not in columns -%}
                {#- raises, with the columns that there are -#}
                {%- do format_row(row, columns) -%}
            {%- endif -%}
            {%- do values.update({name | lower: value}) -%}
        {%- endfor -%}
        {{ '\nunion all ' if not is_first }}select
        {%- for name, column in columns.items() -%}
            {%- set value = values[name] -%}
            {{ ', ' if not loop.first else ' ' }}
            {%- if value is string -%}
                cast('{{ value.replace("'", "''") }}' as {{ column[1] }})
            {%- elif value is defined and value is not none -%}
                cast({{ value }} as {{ column[1] }})
            {%- elif is_first -%}
                cast(null as {{ column[1] }})
            {%- else -%}
                null
            {%- endif -%}
            {{ ' as ' ~ column[0] if is_first }}
        {%- endfor -%}
    {%- endfor -%}
    {{ ' limit 0' if not rows }}
{%- endmacro -%}
