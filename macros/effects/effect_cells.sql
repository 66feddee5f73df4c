{#- The four cells of an action, of which its effect is made: the arm, and before or after. -#}
{%- macro effect_cells() -%}
    {{ return(['treated_before', 'treated_after', 'control_before', 'control_after']) }}
{%- endmacro -%}
