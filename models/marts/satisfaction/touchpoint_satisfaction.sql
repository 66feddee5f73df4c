{%- set as_double = 'cast({} as ' ~ double_type() ~ ')' -%}
with counted as (
    select * from {{ ref('int_satisfaction_counted') }}
),

complaints as (
    select * from {{ ref('int_satisfaction_complaints') }}
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
        / nullif(counted.review_count, 0) as review_square_mean
    from counted
    inner join complaints
        on
            counted.touchpoint_code = complaints.touchpoint_code
            and counted.channel_code = complaints.channel_code
            and counted.region = complaints.region
            and counted.period_type = complaints.period_type
            and counted.period_start_date
            is not distinct from complaints.period_start_date
),

spread as (
    select
        *,
        1.959963984540054 * sqrt(
            greatest(0, ces_square_mean - ces_mean * ces_mean)
            / nullif(ces_response_count - 1, 0)
        ) as ces_margin,
        1.959963984540054 * sqrt(
            greatest(0, review_square_mean - review_mean * review_mean)
            / nullif(review_count - 1, 0)
        ) as review_margin
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
    {{ published('ces_mean', 'ces_response_count') }} as ces,
    {{ published('ces_mean - ces_margin', 'ces_response_count') }} as ces_low,
    {{ published('ces_mean + ces_margin', 'ces_response_count') }} as ces_high,
    {{ published_share('ces_easy_share', 'ces_easy_count', 'ces_response_count') }},
    review_count,
    review_satisfied_count,
    {{ published('review_mean', 'review_count') }} as review_score,
    {{ published('review_mean - review_margin', 'review_count') }} as review_score_low,
    {{ published('review_mean + review_margin', 'review_count') }} as review_score_high,
    {{ published_share(
        'review_satisfied_share', 'review_satisfied_count', 'review_count'
    ) }},
    -- filled from texts
    cast(null as {{ double_type() }}) as mean_sentiment,
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
    case when median_response_seconds < 1e14 then median_response_seconds end
        as median_first_response_seconds,
    case when p90_response_seconds < 1e14 then p90_response_seconds end
        as p90_first_response_seconds,
    service_level_due_count,
    service_level_met_count,
    {{ published_share(
        'service_level_share', 'service_level_met_count', 'service_level_due_count'
    ) }},
    {% for size in [
        'csat_response_count', 'nps_response_count', 'nps_person_count',
        'ces_response_count', 'review_count', 'service_level_due_count',
        'contact_count', 'coalesce(mature_order_count, 0)',
    ] -%}
    {{ size }} between 1 and {{ var('min_sample') }} - 1
    {%- if not loop.last %} or {% endif -%}
    {%- endfor %} as is_suppressed
from spread
