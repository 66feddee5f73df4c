{#- female or male from the usual words in English and Chinese and the digits of GB/T 2261.1 (1 male, 2 female); null where
    it is neither. -#}
{%- macro normalise_gender(text) -%}
    case
        when {{ matches("lower(" ~ text ~ ")", '^(f|female|w|woman|女|女士|女性|2)$') }} then 'female'
        when {{ matches("lower(" ~ text ~ ")", '^(m|male|man|男|先生|男士|男性|1)$') }} then 'male'
    end
{%- endmacro -%}
