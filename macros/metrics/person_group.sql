{#- Group of persons that a jackknife leaves out together: the same on every engine. -#}
{%- macro person_group(user_key) -%}
    cast({{ hash64(key_as_id(user_key)) }} % {{ var('jackknife_groups') }} as integer)
{%- endmacro -%}
