{#- A phone number in one spelling, null where it cannot be one. A mainland mobile gives its 11 digits, a number with a
    country's code E.164 (+…), a national number of 8 digits or more its digits, or E.164 where `default_country_code` is
    set. A mainland mobile with a digit too many, or with +86 and a digit too few, is refused. Spaces (no-break ones too),
    the marks without width that address books put around numbers, dashes, dots, brackets, a '(0)', full-width characters
    and the '.0' of a number that was kept as a float do not matter. -#}
{%- macro normalise_phone(text) -%}
    {%- set home = var('default_country_code') | string -%}
    {%- set mobile = ('((00|[+])?86)?' if home in ['', '86'] else '(00|[+])86') ~ '1[3-9]' -%}
    {%- set trunk_digit, first_digit = ('1', '[2-9]') if home == '1' else ('0', '[1-9]') -%}
    {%- set unseen = '\u00a0\u00ad\u2000-\u200f\u202a-\u202f\u205f-\u2064\u2066-\u2069\ufeff' -%}
    {%- set digits = replace_all(
        replace_all(half_width(text), '^([0-9]{7,})[.]0$', '\\1'), '[(]0[)]|[-‐-―() .' ~ unseen ~ ']', ''
    ) -%}
    case
        {%- for spelling in [text, digits] %}
        when {{ matches(spelling, '^' ~ mobile ~ '[0-9]{9}$') }} then right({{ spelling }}, 11)
        {%- endfor %}
        when {{ matches(digits, '^((00|[+])861[3-9]|1[3-9][0-9]{10})') }} then null
        when {{ matches(digits, '^(00|[+])[1-9][0-9]{7,14}$') }} then '+' || {{ replace_all(digits, '^[+0]+', '') }}
        {%- if home %}
        when {{ matches(digits, '^' ~ trunk_digit ~ '?' ~ first_digit ~ '[0-9]{6,11}$') }}
            then '+{{ home }}' || {{ replace_all(digits, '^' ~ trunk_digit ~ '+', '') }}
        {%- else %}
        when {{ matches(digits, '^0?[1-9][0-9]{7,13}$') }} then {{ digits }}
        {%- endif %}
    end
{%- endmacro -%}
