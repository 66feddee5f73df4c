{#- True or false from the usual words in English and Chinese, and from 1 and 0; null where it is neither. -#}
{%- macro normalise_boolean(text) -%}
    case
        when {{ matches("lower(" ~ text ~ ")", '^(1([.]0)?|true|t|yes|y|是|真)$') }} then true
        when {{ matches("lower(" ~ text ~ ")", '^(0([.]0)?|false|f|no|n|否|假)$') }} then false
    end
{%- endmacro -%}
