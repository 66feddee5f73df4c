{#- Condition: a person meets what a definition asks for; what it leaves open is met by everybody. `definitions`: alias of the
    definitions, `profiles`: alias of the profiles. The tag is joined, not asked for here. -#}
{%- macro meets_definition(definitions, profiles) -%}
    {%- for column in ['rfm_segment_code', 'lifecycle_stage'] %}
    {{- 'and ' if not loop.first }}({{ definitions }}.{{ column }} is null or {{ profiles }}.{{ column }} = {{ definitions }}.{{ column }})
    {% endfor -%}
    {%- for column in ['churn_risk', 'dissatisfaction_risk', 'intent_percentile'] %}
    and ({{ definitions }}.min_{{ column }} is null or {{ profiles }}.{{ column }} >= {{ definitions }}.min_{{ column }})
    {%- endfor %}
{%- endmacro -%}

{#- A stable number from 0 to 9999 of a person and a rule: who is held out stays held out, in every build with the same key. -#}
{%- macro holdout_number(user_key, rule_code) -%}
    {{ hash64("'holdout:' || " ~ rule_code ~ " || ':' || cast(" ~ user_key ~ " as " ~ text_type() ~ ")") }} % 10000
{%- endmacro -%}
