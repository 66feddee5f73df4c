{#- A name as it may be published: its first letter and a star, however long it is. -#}
{%- macro masked_name(name) -%}
    nullif(substr({{ name }}, 1, 1), '') || '*'
{%- endmacro -%}
