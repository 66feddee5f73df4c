-- Mart, rate, and the range that it cannot leave. A rate is published with both ends of its interval or not at all.
{%- set rates = [
    ('funnel_steps', 'conversion_from_previous', 0, 1),
    ('funnel_steps', 'conversion_from_start', 0, 1),
    ('funnel_bottlenecks', 'conversion_from_previous', 0, 1),
    ('touchpoint_satisfaction', 'csat', 0, 1),
    ('touchpoint_satisfaction', 'nps', -1, 1),
    ('touchpoint_satisfaction', 'ces', 1, 7),
    ('touchpoint_satisfaction', 'review_satisfied_share', 0, 1),
    ('touchpoint_satisfaction', 'review_score', 1, 5),
    ('touchpoint_satisfaction', 'service_level_share', 0, 1),
    ('touchpoint_satisfaction', 'nps_person', -1, 1),
    ('touchpoint_satisfaction', 'ces_easy_share', 0, 1),
    ('touchpoint_satisfaction', 'complaint_rate', 0, 1000000),
    ('touchpoint_satisfaction', 'complaints_per_100_contacts', 0, 1000000),
    ('feedback_rates', 'feedback_rate', 0, 1),
    ('satisfaction_associations', 'exposed_rate', 0, 1),
    ('satisfaction_associations', 'other_rate', 0, 1),
    ('journey_satisfaction', 'satisfied_share', 0, 1),
    ('response_satisfaction', 'csat', 0, 1),
    ('batch_quality', 'complaint_rate', 0, 1),
    ('batch_quality', 'other_complaint_rate', 0, 1),
    ('batch_quality', 'complaint_lift', 0, 1000000),
    ('touchpoint_satisfaction', 'mean_sentiment', -1, 1),
    ('sentiment_models', 'accuracy', 0, 1),
    ('content_performance', 'engagement_rate', 0, 1),
    ('content_performance', 'consultation_rate', 0, 1),
    ('content_performance', 'registration_rate', 0, 1),
    ('content_performance', 'order_rate', 0, 1),
    ('journey_paths', 'conversion_rate', 0, 1),
    ('channel_handovers', 'conversion_rate', 0, 1),
    ('action_effects', 'treated_change', -1000000, 1000000),
    ('action_effects', 'effect_relative', -1, 1000000),
    ('outreach_lift', 'treated_rate', 0, 1),
    ('outreach_lift', 'holdout_rate', 0, 1),
    ('outreach_lift', 'lift', -1, 1),
    ('outreach_lift', 'relative_lift', -1, 1000000),
    ('rule_scoreboard', 'lift', -1, 1),
    ('rule_scoreboard', 'relative_lift', -1, 1000000),
    ('identity_summary', 'match_rate', 0, 1),
    ('identity_match_rates', 'match_rate', 0, 1),
    ('item_affinities', 'confidence', 0, 1),
    ('item_sequences', 'next_share', 0, 1),
    ('retention_cohorts', 'retention_rate', 0, 1),
    ('retention_cohorts', 'rolling_retention_rate', 0, 1),
    ('repurchase_cohorts', 'repurchase_rate', 0, 1),
    ('touchpoint_scorecard', 'conversion_rate', 0, 1),
    ('touchpoint_scorecard', 'intent_rate', 0, 1),
    ('touchpoint_scorecard', 'csat', 0, 1),
    ('touchpoint_scorecard', 'nps', -1, 1),
    ('touchpoint_scorecard', 'ces', 1, 7),
    ('touchpoint_scorecard', 'mean_sentiment', -1, 1),
    ('touchpoint_scorecard', 'complaint_rate', 0, 1000000),
    ('home_answers', 'figure', 0, 1),
] %}
with rates as (
    {%- for mart, rate, lowest, highest in rates %}
    select
        '{{ mart }}.{{ rate }}' as rate_name,
        {{ lowest }} as lowest,
        {{ highest }} as highest,
        {{ rate }} as rate,
        {{ rate }}_low as low,
        {{ rate }}_high as high
    from {{ ref(mart) }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
)

select *
from rates
where
    rate < lowest
    or rate > highest
    or low > rate
    or high < rate
    or low < lowest
    or high > highest
    or (rate is not null and (low is null or high is null))
    or (rate is null and (low is not null or high is not null))
