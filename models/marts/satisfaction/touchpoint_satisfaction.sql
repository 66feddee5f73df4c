{%- set as_double = 'cast({} as ' ~ double_type() ~ ')' -%}
with scores as (
    select * from {{ ref('int_satisfaction_counted') }}
),

sentiments as (
    select * from {{ ref('int_sentiment_counted') }}
),

-- a cell without scores or requests shows no sentiment either
counted as (
    select
        scores.*,
        coalesce(sentiments.text_count, 0) as text_count,
        sentiments.sentiment_sum,
        sentiments.sentiment_square_sum
    from scores
    left join sentiments
        on
            scores.touchpoint_code = sentiments.touchpoint_code
            and scores.channel_code = sentiments.channel_code
            and scores.region = sentiments.region
            and scores.period_type = sentiments.period_type
            and scores.period_start_date is not distinct from
            sentiments.period_start_date
),

measured as (
    select
        *,
        {{ as_double.format('nps_promoter_count - nps_detractor_count') }}
        / nullif(nps_response_count, 0) as nps_difference,
        {{ as_double.format('nps_promoter_count + nps_detractor_count') }}
        / nullif(nps_response_count, 0) as nps_extremes_share,
        {{ as_double.format('ces_sum') }} / nullif(ces_response_count, 0) as ces_mean,
        {{ as_double.format('ces_square_sum') }}
        / nullif(ces_response_count, 0) as ces_square_mean,
        {{ as_double.format('review_sum') }} / nullif(review_count, 0) as review_mean,
        {{ as_double.format('review_square_sum') }}
        / nullif(review_count, 0) as review_square_mean,
        {{ as_double.format('sentiment_sum') }}
        / nullif(text_count, 0) as sentiment_mean,
        {{ as_double.format('sentiment_square_sum') }}
        / nullif(text_count, 0) as sentiment_square_mean
    from counted
),

spread as (
    select
        *,
        1.959963984540054 * sqrt(
            greatest(0, nps_extremes_share - nps_difference * nps_difference)
            / nullif(nps_response_count, 0)
        ) as nps_margin,
        1.959963984540054 * sqrt(
            greatest(0, ces_square_mean - ces_mean * ces_mean)
            / nullif(ces_response_count - 1, 0)
        ) as ces_margin,
        1.959963984540054 * sqrt(
            greatest(0, review_square_mean - review_mean * review_mean)
            / nullif(review_count - 1, 0)
        ) as review_margin,
        1.959963984540054 * sqrt(
            greatest(0, sentiment_square_mean - sentiment_mean * sentiment_mean)
            / nullif(text_count - 1, 0)
        ) as sentiment_margin
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
    {{ published_rate('csat_satisfied_count', 'csat_response_count') }} as csat,
    {{ published(
        wilson_low('csat_satisfied_count', 'csat_response_count'), 'csat_response_count'
    ) }} as csat_low,
    {{ published(
        wilson_high('csat_satisfied_count', 'csat_response_count'),
        'csat_response_count'
    ) }} as csat_high,
    nps_response_count,
    nps_promoter_count,
    nps_passive_count,
    nps_detractor_count,
    {{ published('nps_difference', 'nps_response_count') }} as nps,
    {{ published('greatest(-1, nps_difference - nps_margin)', 'nps_response_count') }}
        as nps_low,
    {{ published('least(1, nps_difference + nps_margin)', 'nps_response_count') }}
        as nps_high,
    ces_response_count,
    {{ published('ces_mean', 'ces_response_count') }} as ces,
    {{ published('ces_mean - ces_margin', 'ces_response_count') }} as ces_low,
    {{ published('ces_mean + ces_margin', 'ces_response_count') }} as ces_high,
    review_count,
    review_satisfied_count,
    {{ published('review_mean', 'review_count') }} as review_score,
    {{ published('review_mean - review_margin', 'review_count') }} as review_score_low,
    {{ published('review_mean + review_margin', 'review_count') }} as review_score_high,
    {{ published_rate('review_satisfied_count', 'review_count') }}
        as review_satisfied_share,
    {{ published(
        wilson_low('review_satisfied_count', 'review_count'), 'review_count'
    ) }} as review_satisfied_share_low,
    {{ published(
        wilson_high('review_satisfied_count', 'review_count'), 'review_count'
    ) }} as review_satisfied_share_high,
    text_count,
    {{ published('sentiment_mean', 'text_count') }} as mean_sentiment,
    {{ published('greatest(-1, sentiment_mean - sentiment_margin)', 'text_count') }}
        as mean_sentiment_low,
    {{ published('least(1, sentiment_mean + sentiment_margin)', 'text_count') }}
        as mean_sentiment_high,
    request_count,
    responded_count,
    case when median_response_seconds < 1e14 then median_response_seconds end
        as median_first_response_seconds,
    case when p90_response_seconds < 1e14 then p90_response_seconds end
        as p90_first_response_seconds,
    service_level_due_count,
    service_level_met_count,
    {{ published_rate('service_level_met_count', 'service_level_due_count') }}
        as service_level_share,
    {{ published(
        wilson_low('service_level_met_count', 'service_level_due_count'),
        'service_level_due_count'
    ) }} as service_level_share_low,
    {{ published(
        wilson_high('service_level_met_count', 'service_level_due_count'),
        'service_level_due_count'
    ) }} as service_level_share_high,
    (csat_response_count between 1 and {{ var('min_sample') }} - 1)
    or (nps_response_count between 1 and {{ var('min_sample') }} - 1)
    or (ces_response_count between 1 and {{ var('min_sample') }} - 1)
    or (review_count between 1 and {{ var('min_sample') }} - 1)
    or (service_level_due_count between 1 and {{ var('min_sample') }} - 1)
    or (text_count between 1 and {{ var('min_sample') }} - 1)
        as is_suppressed
from spread
