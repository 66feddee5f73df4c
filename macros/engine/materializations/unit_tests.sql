{#- What a unit test compares. dbt learns the types of a model's columns from an empty table; DuckDB describes a query. -#}
{% materialization unit, adapter='duckdb' %}
    {%- set columns = {} -%}
    {%- for row in run_query('describe ' ~ sql) -%}
        {%- set column = api.Column(row[0], row[1]) -%}
        {%- do columns.update({row[0] | lower: [column.quoted, column.data_type]}) -%}
    {%- endfor -%}
    {%- set rows = config.get('expected_rows') -%}
    {%- set expected = {} -%}
    {%- for name in (rows[0] | map('lower') if rows else columns) -%}
        {%- if name not in columns -%}
            {#- raises, with the columns that there are -#}
            {%- do format_row(rows[0], columns) -%}
        {%- endif -%}
        {%- do expected.update({name: columns[name]}) -%}
    {%- endfor -%}
    {#- others than those of the first row are refused where rows are written -#}
    {%- for row in rows if row | length != expected | length -%}
        {{ exceptions.raise_compiler_error('expected rows name different columns: ' ~ row) }}
    {%- endfor -%}
    {%- set expected_sql = config.get('expected_sql') or rows_as_query(rows, expected) -%}
    {%- set quoted = expected.values() | map('first') | list -%}
    {%- call statement('main', fetch_result=True) -%}
        {{ get_unit_test_sql(sql, expected_sql, quoted) }}
    {%- endcall -%}
    {{ return({'relations': []}) }}
{% endmaterialization %}
