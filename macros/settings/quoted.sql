{#- The texts of a list var as literals, for `in (…)`. -#}
{%- macro quoted(texts) -%}
    '{{ texts | join("', '") }}'
{%- endmacro -%}
