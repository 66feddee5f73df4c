{#- Three columns: a share as it may be published, and both ends of its Wilson 95 % interval. -#}
{%- macro published_share(name, numerator, denominator) -%}
    {{ published_rate(numerator, denominator) }} as {{ name }},
    {{ published(wilson_low(numerator, denominator), denominator) }} as {{ name }}_low,
    {{ published(wilson_high(numerator, denominator), denominator) }} as {{ name }}_high
{%- endmacro -%}
