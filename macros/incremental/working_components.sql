{#- The rows of a working table that `connected_components` left (node, component); none where hooks do not run. -#}
{%- macro working_components(name) -%}
    {%- if execute and not flags.EMPTY and flags.WHICH in ['run', 'build'] -%}
    select
        node,
        component
    from {{ name }}
    {%- else -%}
    select
        cast(null as bigint) as node,
        cast(null as bigint) as component
    where 1 = 0
    {%- endif -%}
{%- endmacro -%}
