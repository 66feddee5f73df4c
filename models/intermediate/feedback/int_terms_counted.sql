with texts as (
    select * from {{ ref('int_feedback_texts') }}
),

sentiments as (
    select * from {{ ref('int_text_sentiments') }}
),

terms as (
    select * from {{ ref('int_text_terms') }}
    where is_word
),

-- many write the same: each wording is looked up once
worded as (
    select
        touchpoint_code,
        cast(date_trunc('month', {{ business_date('answered_at') }}) as date)
            as month_start_date,
        text_key,
        count(*) as text_count,
        count(score_scaled) as rated_text_count,
        sum(cast(score_scaled as decimal(18, 9))) as score_sum,
        count(case when score_scaled <= {{ var('low_score') }} then 1 end)
            as low_text_count,
        count(case when score_scaled >= {{ var('high_score') }} then 1 end)
            as high_text_count
    from texts
    group by
        touchpoint_code,
        cast(date_trunc('month', {{ business_date('answered_at') }}) as date),
        text_key
),

by_month as (
    select
        worded.touchpoint_code,
        worded.month_start_date,
        terms.term,
        sum(worded.text_count) as text_count,
        sum(worded.rated_text_count) as rated_text_count,
        sum(worded.score_sum) as score_sum,
        sum(worded.low_text_count) as low_text_count,
        sum(worded.high_text_count) as high_text_count,
        -- a product of 38 digits at most: of a wider one Spark keeps fewer
        sum(
            cast(worded.text_count as decimal(18, 0))
            * cast(sentiments.sentiment as decimal(18, 9))
        ) as sentiment_sum
    from worded
    inner join terms on worded.text_key = terms.text_key
    inner join sentiments on worded.text_key = sentiments.text_key
    group by worded.touchpoint_code, worded.month_start_date, terms.term
),

by_period as (
    select
        *,
        'month' as period_type,
        month_start_date as period_start_date
    from by_month
    union all
    select
        *,
        'all' as period_type,
        cast(null as date) as period_start_date
    from by_month
)

select
    touchpoint_code,
    period_type,
    period_start_date,
    term,
    {%- for column in [
        'text_count', 'rated_text_count', 'low_text_count', 'high_text_count'
    ] %}
    cast(sum({{ column }}) as bigint) as {{ column }},
    {%- endfor %}
    sum(score_sum) as score_sum,
    sum(sentiment_sum) as sentiment_sum
from by_period
group by touchpoint_code, period_type, period_start_date, term
