{#- An e-mail address in lower case; null where it cannot be one. -#}
{%- macro normalise_email(text) -%}
    {%- set ordinary = half_width(text) -%}
    {%- set label = '[^@ ,;<>.]+' -%}
    case
        when {{ matches(text, '^[0-9A-Za-z._%+-]+@([0-9A-Za-z-]+[.])+[0-9A-Za-z-]+$') }} then lower({{ text }})
        when {{ matches(ordinary, '^[^@ ,;<>]+@(' ~ label ~ '[.])+' ~ label ~ '$') }} then lower({{ ordinary }})
    end
{%- endmacro -%}
