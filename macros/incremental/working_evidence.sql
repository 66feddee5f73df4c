{#- The rows of working_evidence that `cluster_evidence` left; none where hooks do not run. -#}
{%- macro working_evidence() -%}
    {%- if execute and not flags.EMPTY and flags.WHICH in ['run', 'build'] -%}
    select
        evidence_key,
        input_hash,
        hub_key
    from working_evidence
    {%- else -%}
    {#- typed and without rows, for unit tests, --empty and commands that build nothing -#}
    select
        {{ row_hash(["''"]) }} as evidence_key,
        {{ row_hash(["''"]) }} as input_hash,
        cast(null as bigint) as hub_key
    where 1 = 0
    {%- endif -%}
{%- endmacro -%}
