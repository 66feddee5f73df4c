{#- Units that make one conversion: credit is counted in whole units of 10^-12. -#}
{%- macro credit_units() -%}
    1000000000000
{%- endmacro -%}

{#- A step's part of a whole number of units (or cents) that is split evenly: what does not divide goes, one each, to the
    lowest touchpoint keys. -#}
{%- macro even_part(total, step_count, key_rank) -%}
    {{ whole_quotient(total, step_count) }} + case when {{ key_rank }} <= {{ total }} % {{ step_count }} then 1 when {{ key_rank }} > 0 then 0 end
{%- endmacro -%}

{#- Units as a share of conversions; multiplied, as a quotient of decimals is a double on its way. Spark takes digits away
    from a product that could need more than 38: units of 25 digits and this number need 38. -#}
{%- macro units_as_credit(units) -%}
    {{ units }} * cast(0.000000000001 as decimal(12, 12))
{%- endmacro -%}
