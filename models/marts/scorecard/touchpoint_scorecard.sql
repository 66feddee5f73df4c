with measured as (
    select * from {{ ref('int_touchpoints_measured') }}
),

touchpoints as (
    select
        touchpoint_code,
        channel_code
    from {{ ref('touchpoints') }}
    where {{ of_this_industry() }}
),

priorities as (
    select * from {{ ref('touchpoint_priorities') }}
    where business_goal_code = '{{ var("scorecard_priority") }}'
)

select
    measured.touchpoint_code,
    coalesce(touchpoints.channel_code, '(unknown)') as channel_code,
    {%- for column in [
        'period_type', 'period_start_date', 'is_complete',
        'touch_count', 'touch_count_change', 'person_count', 'person_count_change',
        'matured_person_count', 'is_conversion_mature',
        'converted_person_count', 'conversion_rate', 'conversion_rate_low',
        'conversion_rate_high', 'conversion_rate_change',
        'interested_person_count', 'intent_rate', 'intent_rate_low',
        'intent_rate_high', 'intent_rate_change',
        'contribution_conversions', 'contribution_conversions_change',
        'contribution_value', 'contribution_share',
        'csat_response_count', 'csat_satisfied_count',
        'csat', 'csat_low', 'csat_high', 'csat_change',
        'nps_response_count', 'nps_promoter_count', 'nps_detractor_count',
        'nps', 'nps_low', 'nps_high', 'nps_change',
        'ces_response_count', 'ces', 'ces_low', 'ces_high', 'ces_change',
        'text_count', 'mean_sentiment', 'mean_sentiment_low', 'mean_sentiment_high',
        'mean_sentiment_change',
        'request_count', 'median_first_response_seconds',
        'median_first_response_seconds_change',
        'complaint_count', 'complaint_count_change', 'complaint_cohort_count',
        'complaint_order_count', 'is_complaint_mature',
        'complaint_rate', 'complaint_rate_low', 'complaint_rate_high',
        'complaint_rate_change',
    ] %}
    measured.{{ column }},
    {%- endfor %}
    priorities.priority_score,
    priorities.priority_rank,
    priorities.leading_figure_code,
    measured.is_suppressed
from measured
left join touchpoints on measured.touchpoint_code = touchpoints.touchpoint_code
left join priorities
    on
        measured.touchpoint_code = priorities.touchpoint_code
        and measured.period_type = priorities.period_type
        and measured.period_start_date is not distinct from priorities.period_start_date
