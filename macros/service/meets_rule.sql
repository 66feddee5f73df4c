{#- Condition: a fact (condition_type, condition_value, number_value) is what a row of the seed case_rules asks for. -#}
{%- macro meets_rule(facts, rules) -%}
    {{ facts }}.condition_type = {{ rules }}.condition_type
    and ({{ rules }}.condition_value is null or {{ facts }}.condition_value = {{ rules }}.condition_value)
    and ({{ rules }}.threshold is null or {{ facts }}.number_value >= {{ rules }}.threshold)
{%- endmacro -%}
