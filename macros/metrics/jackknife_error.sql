{#- Aggregate: the standard error of an estimate from its replicates, each of which leaves one of the group's rows out
    (delete-a-group jackknife). Null for a single replicate. -#}
{%- macro jackknife_error(replicate) -%}
    case when count(*) > 1 then sqrt((count(*) - 1) * var_pop({{ replicate }})) end
{%- endmacro -%}
