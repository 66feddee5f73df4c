{#- An amount in the reporting currency, to the cent (halves away from zero); null without a rate, or where it does not fit.
    A digit more than the amount has keeps DuckDB from counting in 64 bits, and the product within Spark's 38 digits. -#}
{%- macro converted_amount(amount, rate) -%}
    {%- set product = 'cast(' ~ amount ~ ' as decimal(19, 2)) * ' ~ rate -%}
    cast(
        round(case when abs({{ product }}) < 9999999999999999 then {{ product }} end, 2)
        as decimal(18, 2)
    )
{%- endmacro -%}
