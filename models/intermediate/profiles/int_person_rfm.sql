-- equal values share a score, so the windows have no tie-break
with ranked as (
    select
        user_key,
        percent_rank() over (order by recency_days desc) as recency_rank,
        percent_rank() over (order by order_count asc) as frequency_rank,
        percent_rank() over (order by net_amount asc) as monetary_rank
    from {{ ref('int_person_purchases') }}
    where order_count > 0
),

scored as (
    select
        user_key,
        {{ fifth('recency_rank') }} as recency_score,
        {{ fifth('frequency_rank') }} as frequency_score,
        {{ fifth('monetary_rank') }} as monetary_score
    from ranked
),

segments as (
    select * from {{ ref('rfm_segments') }}
    where {{ of_this_industry() }}
)

select
    scored.user_key,
    scored.recency_score,
    scored.frequency_score,
    scored.monetary_score,
    segments.segment_code as rfm_segment_code
from scored
left join segments
    on
        scored.recency_score between segments.recency_from and segments.recency_to
        and scored.frequency_score
        between segments.frequency_from and segments.frequency_to
        and scored.monetary_score
        between segments.monetary_from and segments.monetary_to
