{#- Condition that keeps the definition rows of the chosen industry and those that hold for all. -#}
{%- macro of_this_industry(column='industry') -%}
    {{ column }} in ('all', '{{ setting("industry") }}')
{%- endmacro -%}
