{#- How many people it takes to find an effect of `margin` in four of five trials, when so many gave an estimate with this
    standard error. -#}
{%- macro people_needed(people, standard_error, margin) -%}
    {#- 0.8416…: the 80th percentile of the normal distribution -#}
    cast(ceil(
        {{ people }}
        * power(cast({{ normal_95() }} + 0.841621233572914 as {{ double_type() }}) * {{ standard_error }} / {{ margin }}, 2)
    ) as bigint)
{%- endmacro -%}
