-- Below `min_sample` a rate is null, its interval with it, and the row says so; above, it is there.
{%- set rates = [
    ('funnel_steps', 'conversion_from_previous', 'previous_user_count'),
    ('funnel_steps', 'conversion_from_start', 'entered_user_count'),
    ('funnel_bottlenecks', 'conversion_from_previous', 'previous_user_count'),
    ('touchpoint_satisfaction', 'csat', 'csat_response_count'),
    ('touchpoint_satisfaction', 'nps', 'nps_response_count'),
    ('touchpoint_satisfaction', 'ces', 'ces_response_count'),
    ('touchpoint_satisfaction', 'review_score', 'review_count'),
    ('touchpoint_satisfaction', 'review_satisfied_share', 'review_count'),
    ('touchpoint_satisfaction', 'service_level_share', 'service_level_due_count'),
    ('touchpoint_satisfaction', 'nps_person', 'nps_person_count'),
    ('touchpoint_satisfaction', 'ces_easy_share', 'ces_response_count'),
    ('touchpoint_satisfaction', 'complaints_per_100_contacts', 'contact_count'),
    ('feedback_rates', 'feedback_rate', 'delivered_count'),
    ('journey_satisfaction', 'satisfied_share', 'response_count'),
    ('response_satisfaction', 'csat', 'rated_count'),
    ('touchpoint_satisfaction', 'mean_sentiment', 'text_count'),
    ('sentiment_models', 'accuracy', 'held_out_text_count'),
    ('content_performance', 'engagement_rate', 'engagement_base'),
    ('content_performance', 'consultation_rate', 'consultation_base'),
    ('content_performance', 'registration_rate', 'registration_base'),
    ('content_performance', 'order_rate', 'order_base'),
    ('identity_summary', 'match_rate', 'record_count'),
    ('retention_cohorts', 'retention_rate', 'cohort_size'),
    ('retention_cohorts', 'rolling_retention_rate', 'cohort_size'),
    ('repurchase_cohorts', 'repurchase_rate', 'case when is_mature then buyers end'),
] %}
with rates as (
    {%- for mart, rate, denominator in rates %}
    select
        '{{ mart }}.{{ rate }}' as rate_name,
        {{ rate }} as rate,
        {{ denominator }} as denominator,
        is_suppressed
    from {{ ref(mart) }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
)

select *
from rates
where
    (rate is not null and coalesce(denominator, 0) < {{ var('min_sample') }})
    or (rate is null and denominator >= {{ var('min_sample') }})
    or (denominator between 1 and {{ var('min_sample') }} - 1 and not is_suppressed)
