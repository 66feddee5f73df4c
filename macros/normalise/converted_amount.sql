{#- An amount in the reporting currency, to the cent (halves away from zero); null without a rate, or where it is ten trillion
    and more: a rate into a small currency makes such of amounts that could be read, and shares and sums of it must fit, too.
    A digit more than the amount has keeps DuckDB from counting in 64 bits, and the product within Spark's 38 digits. -#}
{%- macro converted_amount(amount, rate) -%}
    {%- set product = 'cast(' ~ amount ~ ' as decimal(19, 2)) * ' ~ rate -%}
    cast(
        round(case when abs({{ product }}) < 10000000000000 then {{ product }} end, 2)
        as decimal(18, 2)
    )
{%- endmacro -%}
