{#- What touchpoints are cut and replaced by: the profile; below zero a bucket of those that have none. -#}
{%- macro partition_key(profile_key, identifier_set_key, record_key) -%}
    coalesce(
        {{ profile_key }},
        -1 - cast({{ identifier_set_key }} % 1024 as bigint),
        -1 - cast({{ record_key }} % 1024 as bigint)
    )
{%- endmacro -%}
