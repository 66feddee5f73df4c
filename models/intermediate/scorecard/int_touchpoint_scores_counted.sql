with scores as (
    select
        touchpoint_code,
        period_type,
        period_start_date,
        cast(sum(csat_response_count) as bigint) as csat_response_count,
        cast(sum(csat_satisfied_count) as bigint) as csat_satisfied_count,
        cast(sum(nps_response_count) as bigint) as nps_response_count,
        cast(sum(nps_promoter_count) as bigint) as nps_promoter_count,
        cast(sum(nps_detractor_count) as bigint) as nps_detractor_count,
        cast(sum(ces_response_count) as bigint) as ces_response_count,
        sum(ces_sum) as ces_sum,
        sum(ces_square_sum) as ces_square_sum,
        cast(sum(complaint_count) as bigint) as complaint_count
    from {{ ref('int_satisfaction_counted') }}
    where
        period_type <> 'day'
        and response_count + request_count + complaint_count > 0
    group by touchpoint_code, period_type, period_start_date
),

-- decimals, so that sums do not depend on their order
sentiment_sums as (
    select
        touchpoint_code,
        period_type,
        period_start_date,
        text_count,
        cast(text_count * mean_sentiment as decimal(28, 9)) as sentiment_sum,
        cast(text_count * square_mean as decimal(28, 9)) as sentiment_square_sum
    from {{ ref('int_sentiment_counted') }}
    where period_type <> 'day'
),

sentiments as (
    select
        touchpoint_code,
        period_type,
        period_start_date,
        cast(sum(text_count) as bigint) as text_count,
        sum(sentiment_sum) as sentiment_sum,
        sum(sentiment_square_sum) as sentiment_square_sum
    from sentiment_sums
    group by touchpoint_code, period_type, period_start_date
),

cells as (
    select
        touchpoint_code,
        period_type,
        period_start_date
    from scores
    union
    select
        touchpoint_code,
        period_type,
        period_start_date
    from sentiments
),

means as (
    select
        cells.*,
        scores.csat_response_count,
        scores.csat_satisfied_count,
        scores.nps_response_count,
        scores.nps_promoter_count,
        scores.nps_detractor_count,
        scores.ces_response_count,
        scores.complaint_count,
        sentiments.text_count,
        {{ ratio('scores.ces_sum', 'scores.ces_response_count') }} as ces_mean,
        {{ ratio('scores.ces_square_sum', 'scores.ces_response_count') }}
            as ces_square_mean,
        {{ ratio('sentiments.sentiment_sum', 'sentiments.text_count') }}
            as sentiment_mean,
        {{ ratio('sentiments.sentiment_square_sum', 'sentiments.text_count') }}
            as sentiment_square_mean
    from cells
    left join scores
        on
            cells.touchpoint_code = scores.touchpoint_code
            and cells.period_type = scores.period_type
            and cells.period_start_date is not distinct from scores.period_start_date
    left join sentiments
        on
            cells.touchpoint_code = sentiments.touchpoint_code
            and cells.period_type = sentiments.period_type
            and cells.period_start_date
            is not distinct from sentiments.period_start_date
)

select
    {%- for name, size in [
        ('ces', 'ces_response_count'), ('sentiment', 'text_count')
    ] %}
    {{ normal_95() }} * sqrt(
        greatest(0, {{ name }}_square_mean - {{ name }}_mean * {{ name }}_mean)
        / nullif({{ size }} - 1, 0)
    ) as {{ name }}_margin,
    {%- endfor %}
    *
from means
