{#- The levels at which paths are told and credit is given: a step has a <level>_code and is_<level>_step. -#}
{%- macro journey_levels() -%}
    {{ return(['channel', 'touchpoint', 'campaign']) }}
{%- endmacro -%}
