{#- The arm of a person that never changes: 1 to person_arms, as even as a hash is. -#}
{%- macro person_arm(user_key) -%}
    cast(1 + {{ hash64("'arm:' || " ~ key_as_id(user_key)) }} % {{ var('person_arms') }} as integer)
{%- endmacro -%}
