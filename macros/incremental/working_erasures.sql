{#- What `solve_erasures` has found; nothing where hooks do not run. -#}
{%- macro working_erasures() -%}
    {%- if execute and not flags.EMPTY and flags.WHICH in ['run', 'build'] -%}
    select
        erased_kind,
        one_key,
        one_type,
        other_key,
        other_type,
        erased_until
    from erasures_found
    {%- else -%}
    {#- typed and without rows, for unit tests, --empty and commands that build nothing -#}
    select
        cast(null as {{ text_type() }}) as erased_kind,
        cast(null as bigint) as one_key,
        cast(null as {{ text_type() }}) as one_type,
        cast(null as bigint) as other_key,
        cast(null as {{ text_type() }}) as other_type,
        cast(null as timestamp) as erased_until
    where 1 = 0
    {%- endif -%}
{%- endmacro -%}
