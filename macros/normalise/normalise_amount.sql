{#- Money to the cent (halves away from zero); null where it cannot be read, or is a trillion and more: what has been
    converted and summed must fit its column, too. A currency sign or code, before or behind, and thousands separators do
    not matter: the currency is a column of its own. -#}
{%- macro normalise_amount(text) -%}
    {%- set cents = 'decimal(14, 2)' -%}
    {%- set currency = '([A-Z]{0,3} ?[¥￥$€£₩₹]|[A-Z]{3}|元)' -%}
    {%- set without_currency = replace_all(
        half_width(text), '^([-+]?) *' ~ currency ~ ' *([-+]?)| *' ~ currency ~ '$', '\\1\\3'
    ) -%}
    cast(case
        when {{ matches(text, '^[-+]?[0-9]+([.][0-9]+)?$') }} then {{ try_cast_to(text, cents) }}
        else {{ decimal_with_separators(without_currency, cents) }}
    end as decimal(18, 2))
{%- endmacro -%}
