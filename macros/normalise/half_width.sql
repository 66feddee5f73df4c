{#- The text with full-width digits, signs and spaces (and the typographic minus) written in their ordinary form. -#}
{%- macro half_width(text) -%}
    {%- set wide = '０１２３４５６７８９＋－−（）．，：／＠　' -%}
    case
        when {{ matches(text, '[' ~ wide ~ ']') }} then translate({{ text }}, '{{ wide }}', '0123456789+--().,:/@ ')
        else {{ text }}
    end
{%- endmacro -%}
