{#- Two-sided p value of a normal deviate, by the rational approximation of Abramowitz and Stegun 7.1.26: right to 0.0000002.
    Beyond 30 deviations it is that of 30: PostgreSQL takes an exponential of next to nothing for an error. Null for null, which
    least() would pass over. -#}
{%- macro normal_p_value(deviate) -%}
    {%- set x = '(least(abs(' ~ deviate ~ '), 30) / sqrt(cast(2 as ' ~ double_type() ~ ')))' -%}
    {%- set t = '(1 / (1 + cast(0.3275911 as ' ~ double_type() ~ ') * ' ~ x ~ '))' -%}
    case when {{ deviate }} is not null then (
        (
            (((1.061405429 * {{ t }} - 1.453152027) * {{ t }} + 1.421413741) * {{ t }} - 0.284496736) * {{ t }}
            + 0.254829592
        ) * {{ t }} * exp(-{{ x }} * {{ x }})
    ) end
{%- endmacro -%}
