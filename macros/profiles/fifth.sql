{#- Fifth of a share of the way from the least (0) to the most (1): 1 to 5. -#}
{%- macro fifth(percent_rank) -%}
    cast(least(5, 1 + floor(5 * {{ percent_rank }})) as integer)
{%- endmacro -%}
