with texts as (
    select * from {{ ref('int_feedback_texts') }}
),

sentiments as (
    select
        text_key,
        -- decimals, so that sums do not depend on their order
        cast(sentiment as decimal(18, 9)) as sentiment
    from {{ ref('int_text_sentiments') }}
),

measured as (
    select
        texts.touchpoint_code,
        texts.channel_code,
        coalesce(texts.region, '(unknown)') as region,
        {{ business_date('texts.answered_at') }} as measured_date,
        sentiments.sentiment
    from texts
    inner join sentiments on texts.text_key = sentiments.text_key
),

by_period as (
    {% for period in ['day', 'week', 'month'] -%}
    select
        *,
        '{{ period }}' as period_type,
        cast(date_trunc('{{ period }}', measured_date) as date) as period_start_date
    from measured
    union all
    {% endfor -%}
    select
        *,
        'all' as period_type,
        cast(null as date) as period_start_date
    from measured
),

counted as (
    select
        touchpoint_code,
        channel_code,
        region,
        period_type,
        period_start_date,
        count(*) as text_count,
        cast(sum(sentiment) as {{ double_type() }}) / count(*) as mean_sentiment,
        cast(sum(cast(sentiment * sentiment as decimal(28, 18))) as {{ double_type() }})
        / count(*) as square_mean
    from by_period
    group by
        touchpoint_code,
        channel_code,
        region,
        period_type,
        period_start_date
)

select
    *,
    {{ normal_95() }} * sqrt(
        greatest(0, square_mean - mean_sentiment * mean_sentiment)
        / nullif(text_count - 1, 0)
    ) as sentiment_margin
from counted
