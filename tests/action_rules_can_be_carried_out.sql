-- Rules and audiences ask for something, of a tag that their industry has, are for one of its goals, and their numbers are in
-- range. What is wrong is told in words.
{%- set asked = [
    'tag_code', 'rfm_segment_code', 'lifecycle_stage', 'min_churn_risk',
    'min_dissatisfaction_risk', 'min_intent_percentile',
] %}
with definitions as (
    {%- for seed, kind in [
        ('action_rules', 'rule'), ('audience_definitions', 'audience')
    ] %}
    select
        '{{ seed }}' as seed_name,
        industry,
        {{ kind }}_code as definition_code,
        tag_code,
        min_churn_risk,
        min_dissatisfaction_risk,
        min_intent_percentile,
        {%- for column in asked %}
        {{ column }} is null {{ 'and' if not loop.last }}
        {%- endfor %}
            as asks_for_nothing
    from {{ ref(seed) }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

tags as (
    select * from {{ ref('tags') }}
),

goals as (
    select * from {{ ref('goals') }}
),

wrong as (
    select
        seed_name,
        industry,
        definition_code,
        'it asks for nothing, so that everybody is meant' as problem
    from definitions
    where asks_for_nothing
    union all
    select
        seed_name,
        industry,
        definition_code,
        'a risk or percentile lies outside 0 to 1' as problem
    from definitions
    where
        min_churn_risk not between 0 and 1
        or min_dissatisfaction_risk not between 0 and 1
        or min_intent_percentile not between 0 and 1
    union all
    select
        definitions.seed_name,
        definitions.industry,
        definitions.definition_code,
        'the tag is none of this industry' as problem
    from definitions
    left join tags
        on
            definitions.tag_code = tags.tag_code
            and tags.industry in ('all', definitions.industry)
    where definitions.tag_code is not null and tags.tag_code is null
    union all
    select
        'action_rules' as seed_name,
        rules.industry,
        rules.rule_code as definition_code,
        'the goal is none of this industry' as problem
    from {{ ref('action_rules') }} as rules
    left join goals
        on
            rules.goal_code = goals.goal_code
            and goals.industry in ('all', rules.industry)
    where rules.goal_code is not null and goals.goal_code is null
    union all
    select
        'action_rules' as seed_name,
        industry,
        rule_code as definition_code,
        'days count from 0 (expiry from 1), the share held out lies from 0 to'
        || ' below 1, and max_sends and cap_days go together' as problem
    from {{ ref('action_rules') }}
    where
        holdout_share < 0
        or holdout_share >= 1
        or cooldown_days < 0
        or expiry_days < 1
        or priority < 1
        or max_sends < 1
        or cap_days < 1
        or (max_sends is null and cap_days is not null)
        or (max_sends is not null and cap_days is null)
)

select
    seed_name,
    industry,
    definition_code,
    problem
from wrong
