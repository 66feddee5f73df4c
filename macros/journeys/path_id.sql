{#- Id of a path: a hash of its JSON. -#}
{%- macro path_id(path) -%}
    {{ key_as_id(hash64(json_of_list(path))) }}
{%- endmacro -%}
