{%- set as_double = 'cast({} as ' ~ double_type() ~ ')' -%}
with counted as (
    select * from {{ ref('int_satisfaction_counted') }}
),

complaints as (
    select * from {{ ref('int_satisfaction_complaints') }}
),

sentiments as (
    select * from {{ ref('int_sentiment_counted') }}
),

measured as (
    select
        counted.*,
        complaints.contact_count,
        complaints.order_count as complaint_order_count,
        complaints.complaint_count as complaint_cohort_count,
        complaints.complaint_rate as complaint_ratio,
        complaints.is_mature,
        case when complaints.is_mature then complaints.order_count end
            as mature_order_count,
        complaints.spread,
        {{ as_double.format('counted.ces_sum') }}
        / nullif(counted.ces_response_count, 0) as ces_mean,
        {{ as_double.format('counted.ces_square_sum') }}
        / nullif(counted.ces_response_count, 0) as ces_square_mean,
        {{ as_double.format('counted.review_sum') }}
        / nullif(counted.review_count, 0) as review_mean,
        {{ as_double.format('counted.review_square_sum') }}
        / nullif(counted.review_count, 0) as review_square_mean,
        coalesce(sentiments.text_count, 0) as text_count,
        sentiments.mean_sentiment as sentiment_mean,
        sentiments.sentiment_margin
    from counted
    inner join complaints
        on
            counted.touchpoint_code = complaints.touchpoint_code
            and counted.channel_code = complaints.channel_code
            and counted.region = complaints.region
            and counted.period_type = complaints.period_type
            and counted.period_start_date
            is not distinct from complaints.period_start_date
    left join sentiments
        on
            counted.touchpoint_code = sentiments.touchpoint_code
            and counted.channel_code = sentiments.channel_code
            and counted.region = sentiments.region
            and counted.period_type = sentiments.period_type
            and counted.period_start_date
            is not distinct from sentiments.period_start_date
),

spread as (
    select
        {%- for name, count in [
            ('ces', 'ces_response_count'), ('review', 'review_count')
        ] %}
        {{ normal_95() }} * sqrt(
            greatest(0, {{ name }}_square_mean - {{ name }}_mean * {{ name }}_mean)
            / nullif({{ count }} - 1, 0)
        ) as {{ name }}_margin,
        {%- endfor %}
        *
    from measured
)

select
    touchpoint_code,
    channel_code,
    region,
    period_type,
    period_start_date,
    response_count,
    csat_response_count,
    csat_satisfied_count,
    {{ published_share('csat', 'csat_satisfied_count', 'csat_response_count') }},
    nps_response_count,
    nps_promoter_count,
    nps_passive_count,
    nps_detractor_count,
    {{ published_nps(
        'nps', 'nps_promoter_count', 'nps_detractor_count', 'nps_response_count'
    ) }},
    nps_person_count,
    nps_person_promoter_count,
    nps_person_passive_count,
    nps_person_detractor_count,
    {{ published_nps(
        'nps_person', 'nps_person_promoter_count', 'nps_person_detractor_count',
        'nps_person_count'
    ) }},
    ces_response_count,
    ces_easy_count,
    {{ published_mean('ces', 'ces', 'ces_response_count', [1, 7]) }},
    {{ published_share('ces_easy_share', 'ces_easy_count', 'ces_response_count') }},
    review_count,
    review_satisfied_count,
    {{ published_mean('review_score', 'review', 'review_count', [1, 5]) }},
    {{ published_share(
        'review_satisfied_share', 'review_satisfied_count', 'review_count'
    ) }},
    text_count,
    {{ published_mean('mean_sentiment', 'sentiment', 'text_count', [-1, 1]) }},
    complaint_count,
    contact_count,
    {{ published(
        as_double.format('100 * complaint_count') ~ ' / contact_count', 'contact_count'
    ) }} as complaints_per_100_contacts,
    {{ published(
        poisson_low('100 * complaint_count', 'contact_count', '100'), 'contact_count'
    ) }} as complaints_per_100_contacts_low,
    {{ published(
        poisson_high('100 * complaint_count', 'contact_count', '100'), 'contact_count'
    ) }} as complaints_per_100_contacts_high,
    complaint_cohort_count,
    complaint_order_count,
    is_mature as is_complaint_mature,
    {{ published('complaint_ratio', 'mature_order_count') }} as complaint_rate,
    {{ published(
        poisson_low('complaint_cohort_count', 'mature_order_count', 'spread'),
        'mature_order_count'
    ) }} as complaint_rate_low,
    {{ published(
        poisson_high('complaint_cohort_count', 'mature_order_count', 'spread'),
        'mature_order_count'
    ) }} as complaint_rate_high,
    request_count,
    responded_count,
    {{ ended_wait('median_response_seconds') }} as median_first_response_seconds,
    {{ ended_wait('p90_response_seconds') }} as p90_first_response_seconds,
    service_level_due_count,
    service_level_met_count,
    {{ published_share(
        'service_level_share', 'service_level_met_count', 'service_level_due_count'
    ) }},
    {% for size in [
        'csat_response_count', 'nps_response_count', 'nps_person_count',
        'ces_response_count', 'review_count', 'service_level_due_count',
        'contact_count', 'text_count', 'coalesce(mature_order_count, 0)',
    ] -%}
    {{ size }} between 1 and {{ var('min_sample') }} - 1
    {%- if not loop.last %} or {% endif -%}
    {%- endfor %} as is_suppressed
from spread
