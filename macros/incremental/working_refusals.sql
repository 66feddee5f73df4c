{#- The rows of the working table `<name>_refused` that `guarded_components` left (tier, component, node); none where hooks do
    not run. -#}
{%- macro working_refusals(name) -%}
    {%- if execute and not flags.EMPTY and flags.WHICH in ['run', 'build'] -%}
    select
        tier,
        component,
        node
    from {{ name }}_refused
    {%- else -%}
    {#- typed and without rows, as there is no working table to read -#}
    select
        cast(null as integer) as tier,
        cast(null as bigint) as component,
        cast(null as bigint) as node
    where 1 = 0
    {%- endif -%}
{%- endmacro -%}
