{#- A quotient of two sums as a double; null for a denominator of 0. -#}
{%- macro ratio(numerator, denominator) -%}
    cast({{ numerator }} as {{ double_type() }}) / nullif({{ denominator }}, 0)
{%- endmacro -%}

{#- Half the 95 % interval of a ratio of sums over persons, by the delta method: what a person contributes beyond the
    ratio is the residual, and the residuals' spread is that of the ratio. From unit_count, numerator, denominator,
    numerator_square_sum, product_sum and denominator_square_sum; whole numbers until the root. Null for one person. -#}
{%- macro ratio_margin(relation) -%}
    {%- set y = 'cast(' ~ relation ~ '.numerator as decimal(38, 0))' -%}
    {%- set x = 'cast(' ~ relation ~ '.denominator as decimal(38, 0))' -%}
    1.959963984540054 * sqrt(
        cast(greatest(
            0,
            {{ x }} * {{ x }} * {{ relation }}.numerator_square_sum
            - 2 * {{ x }} * {{ y }} * {{ relation }}.product_sum
            + {{ y }} * {{ y }} * {{ relation }}.denominator_square_sum
        ) as {{ double_type() }})
        * {{ relation }}.unit_count / nullif({{ relation }}.unit_count - 1, 0)
    ) / nullif(
        cast({{ relation }}.denominator as {{ double_type() }}) * {{ relation }}.denominator, 0
    )
{%- endmacro -%}
