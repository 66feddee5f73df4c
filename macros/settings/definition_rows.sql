{#- Rows of a definition seed as a list, read when the model runs: for patterns that engines only match fast as literals. -#}
{%- macro definition_rows(relation, columns, condition) -%}
    {%- if not execute or not load_relation(relation) -%}{{ return([]) }}{%- endif -%}
    {{ return(run_query(
        'select ' ~ columns | join(', ') ~ ' from ' ~ relation ~ ' where ' ~ condition ~ ' order by ' ~ columns | join(', ')
    ).rows) }}
{%- endmacro -%}
