{#- Marts that are views on keys are read by these: an id is a key, letter by letter. -#}
{%- set marts_with_people = {
    'audiences': 'int_audience_members',
    'fct_batch_complaints': none,
    'fct_conversions': 'int_conversions',
    'fct_journeys': 'int_journeys',
    'fct_feedback_texts': 'int_feedback_texts',
    'fct_funnel_entries': 'int_funnel_outcomes',
    'fct_funnel_entry_steps': 'int_funnel_entry_steps',
    'fct_orders': none,
    'fct_outreach_sends': none,
    'fct_satisfaction_scores': none,
    'fct_service_cases': 'int_cases_assessed',
    'fct_sessions': 'int_sessions_resolved',
    'fct_touchpoints': 'int_touchpoints_resolved',
    'item_recommendations': 'int_item_recommendations',
    'next_best_actions': 'int_next_best_actions',
    'user_channels': 'int_person_channels',
    'user_profiles': 'int_person_profiles',
    'user_risk_reasons': 'int_person_risk_reasons',
    'user_tags': 'int_person_tags',
} %}
with named as (
    {%- for mart, keyed in marts_with_people.items() %}
    {%- if keyed %}
    select
        '{{ mart }}' as mart,
        {{ key_as_id('user_key') }} as user_id
    from (
        select distinct user_key
        from {{ ref(keyed) }}
        where user_key is not null
    ) as people
    {%- else %}
    select distinct
        '{{ mart }}' as mart,
        user_id
    from {{ ref(mart) }}
    where user_id is not null
    {%- endif %}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
)

select
    named.mart,
    named.user_id
from named
left join {{ ref('dim_users') }} as people on named.user_id = people.user_id
where people.user_id is null
