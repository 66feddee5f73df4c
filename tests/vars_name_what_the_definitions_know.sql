-- The check at the start of a run cannot read seeds on every engine: what they name is looked at once they are loaded.
{%- set asked = [
    ('lead_interaction_types', 'interaction_types', 'interaction_type', none),
    ('intent_interaction_types', 'interaction_types', 'interaction_type', none),
    ('overall_score_type', 'satisfaction_scales', 'score_type', none),
    ('scorecard_goal', 'goals', 'goal_code', of_this_industry()),
    ('scorecard_priority', 'priority_weights', 'business_goal_code', of_this_industry()),
] -%}
{%- for name, seed, column, condition in asked %}
{%- set outer_loop = loop %}
{%- set values = [var(name)] if var(name) is string else var(name) %}
{%- for value in values %}
select
    '{{ name }}' as var_name,
    '{{ value }}' as unknown_code
where
    '{{ value }}' not in (
        select {{ column }} from {{ ref(seed) }}
        {{ 'where ' ~ condition if condition }}
    )
{{ 'union all' if not (loop.last and outer_loop.last) }}
{%- endfor %}
{%- endfor %}
