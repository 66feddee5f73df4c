{#- A number in a decimal type, rounded (halves away from zero); null where it cannot be read. Thousands separators and
    full-width digits do not matter. -#}
{%- macro normalise_number(text, type='decimal(18, 4)') -%}
    case
        when {{ matches(text, '^[-+]?[0-9]+([.][0-9]+)?$') }} then {{ try_cast_to(text, type) }}
        else {{ decimal_with_separators(half_width(text), type) }}
    end
{%- endmacro -%}

{#- A decimal of a text that may have thousands separators; null where it cannot be read. -#}
{%- macro decimal_with_separators(text, type) -%}
    case
        when {{ matches(text, '^[-+]?([0-9]+|[0-9]{1,3}(,[0-9]{3})+)([.][0-9]+)?$') }}
            then {{ try_cast_to("replace(" ~ text ~ ", ',', '')", type) }}
    end
{%- endmacro -%}
