{#- Share of a standard normal quantity that lies above z, 0 to 30; to 1.2e-7 of its size, however small. -#}
{%- macro normal_tail(z) -%}
    {%- set x = '(least(30, ' ~ z ~ ') * 0.7071067811865476)' -%}
    {%- set t = '(1 / (1 + 0.5 * ' ~ x ~ '))' -%}
    {%- set terms = [
        '0.17087277', '-0.82215223', '1.48851587', '-1.13520398', '0.27886807', '-0.18628806', '0.09678418', '0.37409196',
        '1.00002368',
    ] -%}
    {%- set sum = namespace(text=terms[0]) -%}
    {%- for term in terms[1:] -%}
        {%- set sum.text = '(' ~ term ~ ' + ' ~ t ~ ' * ' ~ sum.text ~ ')' -%}
    {%- endfor -%}
    0.5 * {{ t }} * exp(-{{ x }} * {{ x }} - 1.26551223 + {{ t }} * {{ sum.text }})
{%- endmacro -%}

{#- The standard normal value that is as unlikely as a value of Student's t (Wallace 1959); keeps the sign away: from the size. -#}
{%- macro normal_of_student(size, freedom) -%}
    (8.0 * {{ freedom }} + 1) / (8.0 * {{ freedom }} + 3)
    * sqrt({{ freedom }} * ln(1 + {{ size }} * {{ size }} / {{ freedom }}))
{%- endmacro -%}
