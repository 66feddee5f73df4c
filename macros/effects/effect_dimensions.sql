{#- What can tell the treated from the control of an action. -#}
{%- macro effect_dimensions() -%}
    {{ return(['region', 'touchpoint', 'channel', 'customer_tier', 'hash']) }}
{%- endmacro -%}
