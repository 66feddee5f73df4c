{#- Ends of the Wilson 95 % interval of a share: successes of n, one yes or no each. Null for n = 0. -#}
{%- macro wilson_low(successes, n) -%}
    case when {{ successes }} = 0 and {{ n }} > 0 then 0.0 when {{ n }} > 0 then {{ wilson_end(successes, n, '-') }} end
{%- endmacro -%}

{%- macro wilson_high(successes, n) -%}
    case when {{ successes }} = {{ n }} and {{ n }} > 0 then 1.0 when {{ n }} > 0 then {{ wilson_end(successes, n, '+') }} end
{%- endmacro -%}

{#- One end by the formula; at no success, or no failure, the ends above are exact where the formula would round. -#}
{%- macro wilson_end(successes, n, sign) -%}
    {%- set z = normal_95() -%}
    {%- set share = '(cast(' ~ successes ~ ' as ' ~ double_type() ~ ') / nullif(' ~ n ~ ', 0))' -%}
    least(1, greatest(0, (
        {{ share }} + {{ z }} * {{ z }} / (2 * nullif({{ n }}, 0))
        {{ sign }} {{ z }} * sqrt(
            {{ share }} * (1 - {{ share }}) / nullif({{ n }}, 0)
            + {{ z }} * {{ z }} / (4 * cast({{ n }} as {{ double_type() }}) * nullif({{ n }}, 0))
        )
    ) / (1 + {{ z }} * {{ z }} / nullif({{ n }}, 0))))
{%- endmacro -%}

{#- Standard errors to either side of a 95 % interval. -#}
{%- macro normal_95() -%}
    {{ return('1.959963984540054') }}
{%- endmacro -%}
