{#- Standard errors to either side of a 95 % interval of Student's t with so many degrees of freedom: the first terms of its
    expansion around the normal (Abramowitz and Stegun 26.7.5, at z = 1.96 worked out), right to 0.01 from 6 degrees on. -#}
{%- macro student_95(degrees) -%}
    ({{ normal_95() }} + 2.372271 / {{ degrees }} + 2.822499 / ({{ degrees }} * {{ degrees }}))
{%- endmacro -%}
