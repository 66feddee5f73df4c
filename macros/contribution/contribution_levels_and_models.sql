{#- Query of the levels and models that contribution is worked out for, and whether it has intervals there. -#}
{%- macro contribution_levels_and_models() -%}
    {%- set rows = [] -%}
    {%- for level in journey_levels() -%}
        {%- set has_few_codes = level in var('few_code_levels') -%}
        {%- for model in rule_models() -%}{%- do rows.append((level, model.code, true)) -%}{%- endfor -%}
        {%- do rows.append((level, 'shapley_set', true)) -%}
        {%- for order in var('markov_orders') if order == 1 or has_few_codes -%}
            {%- do rows.append((level, 'markov_' ~ order, order == 1 and has_few_codes)) -%}
        {%- endfor -%}
        {%- if has_few_codes -%}{%- do rows.append((level, 'shapley_path', true)) -%}{%- endif -%}
    {%- endfor -%}
    {%- for level, model, has_intervals in rows %}
    select
        '{{ level }}' as level,
        '{{ model }}' as model_code,
        {{ has_intervals | lower }} as has_intervals
    {{ 'union all' if not loop.last }}
    {%- endfor %}
{%- endmacro -%}
