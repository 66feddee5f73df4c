{#- Three columns: a mean as it may be published, and both ends of its 95 % interval, within what the mean can be (limits: a pair;
    none: anything). It reads <mean>_mean and <mean>_margin. -#}
{%- macro published_mean(name, mean, size, limits=none) -%}
    {%- set low, high = mean ~ '_mean - ' ~ mean ~ '_margin', mean ~ '_mean + ' ~ mean ~ '_margin' -%}
    {%- if limits -%}
        {%- set low, high = 'greatest(' ~ limits[0] ~ ', ' ~ low ~ ')', 'least(' ~ limits[1] ~ ', ' ~ high ~ ')' -%}
    {%- endif -%}
    {{ published(mean ~ '_mean', size) }} as {{ name }},
    {{ published(low, size) }} as {{ name }}_low,
    {{ published(high, size) }} as {{ name }}_high
{%- endmacro -%}
