{#- Leaves the working table `name` with the affected rows of a relation, and returns its name; for pre-hooks that follow
    `drop_affected`. -#}
{%- macro working_part(relation, name) -%}
    {%- if execute -%}
        {%- do create_working_table(name, 'select * from ' ~ relation ~ ' where ' ~ is_affected('cluster_key')) -%}
    {%- endif -%}
    {{ return(name) }}
{%- endmacro -%}
