{%- set as_double = 'cast({} as ' ~ double_type() ~ ')' -%}
with counted as (
    select * from {{ ref('int_terms_counted') }}
),

with_totals as (
    select
        *,
        sum(text_count) over cells as term_total,
        sum(low_text_count) over cells as low_total,
        sum(high_text_count) over cells as high_total,
        max(text_count) over cells as most_texts,
        row_number() over (
            partition by touchpoint_code, period_type, period_start_date
            order by text_count desc, {{ hash64('term') }}
        ) as term_number
    from counted
    window cells as (
        partition by touchpoint_code, period_type, period_start_date
    )
),

-- the prior says that low and high texts use a term as all texts do
with_prior as (
    select
        *,
        {{ var('term_prior_texts') }} * {{ as_double.format('text_count') }}
        / term_total as prior_weight
    from with_totals
    where
        text_count >= {{ var('min_term_texts') }}
        and term_number <= {{ var('max_terms') }}
),

with_odds as (
    select
        *,
        low_text_count + prior_weight as low_weight,
        high_text_count + prior_weight as high_weight,
        low_total + {{ var('term_prior_texts') }} as low_weights,
        high_total + {{ var('term_prior_texts') }} as high_weights
    from with_prior
),

-- a term that is alone has no odds against others
compared as (
    select
        *,
        case
            when text_count < term_total
                then
                    ln(low_weight / (low_weights - low_weight))
                    - ln(high_weight / (high_weights - high_weight))
        end as log_odds,
        sqrt(1 / low_weight + 1 / high_weight) as standard_error
    from with_odds
)

select
    touchpoint_code,
    period_type,
    period_start_date,
    term,
    text_count,
    rated_text_count,
    {{ as_double.format('score_sum') }} / nullif(rated_text_count, 0) as mean_score,
    {{ as_double.format('sentiment_sum') }} / text_count as sentiment,
    {{ as_double.format('text_count') }} / most_texts as weight,
    low_text_count,
    high_text_count,
    case when low_total > 0 and high_total > 0 then log_odds end as low_score_log_odds,
    case when low_total > 0 and high_total > 0 then log_odds / standard_error end
        as low_score_z
from compared
