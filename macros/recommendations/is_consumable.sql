{#- Condition: an item of this category may be recommended to who has bought it, by the var consumable_categories. -#}
{%- macro is_consumable(category) -%}
    {%- set categories = var('consumable_categories') -%}
    {%- if '*' in categories -%}
        1 = 1
    {%- elif categories -%}
        coalesce({{ category }}, '') in ({{ quoted(categories) }})
    {%- else -%}
        1 = 0
    {%- endif -%}
{%- endmacro -%}
