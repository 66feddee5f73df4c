{#- Id of what exists once per goal and key: a journey by its first touch, a conversion by its order or interaction. -#}
{%- macro goal_id(goal_code, key) -%}
    {{ goal_code }} || ':' || {{ key_as_id(key) }}
{%- endmacro -%}
