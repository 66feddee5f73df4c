{#- The columns of a landed table that hold what somebody wrote, said or searched for. -#}
{%- macro kept_texts(system, table) -%}
    {%- set found = [] -%}
    {%- for column in contract_of(system, table).columns if column in personal_columns() -%}
        {%- if column.endswith('_text') or column in ['subject', 'search_term'] -%}{%- do found.append(column) -%}{%- endif -%}
    {%- endfor -%}
    {{ return(found) }}
{%- endmacro -%}
