-- what was done by or happened to a person in the days that risks look at
with dates as (
    select * from {{ ref('int_profile_dates') }}
),

actions as (
    select
        activities.user_key,
        activities.interaction_type,
        activities.interaction_count
    from {{ ref('int_person_activities') }} as activities
    cross join dates
    where
        activities.interaction_type in (
            'unfollow', 'send', 'open', 'click', 'respond', 'refund', 'return'
        )
        and activities.active_date > dates.before_risk_date
),

scores as (
    select scores.*
    from {{ ref('int_scores_attributed') }} as scores
    cross join dates
    where
        scores.user_key is not null
        and scores.score_scaled is not null
        and scores.answered_at <= dates.as_of
        and scores.answered_date > dates.before_risk_date
),

cases as (
    select cases.*
    from {{ ref('int_cases_assessed') }} as cases
    cross join dates
    where
        cases.user_key is not null
        and cases.opened_at <= dates.as_of
        and cases.opened_date > dates.before_risk_date
),

texts as (
    select
        texts.user_key,
        sentiments.sentiment_label
    from {{ ref('int_feedback_texts') }} as texts
    inner join {{ ref('int_text_sentiments') }} as sentiments
        on texts.text_key = sentiments.text_key
    cross join dates
    where
        texts.user_key is not null
        and texts.answered_at <= dates.as_of
        and {{ business_date('texts.answered_at') }} > dates.before_risk_date
),

facts as (
    select
        user_key,
        case interaction_type
            when 'unfollow' then 'unfollow_count'
            when 'send' then 'send_count'
            when 'refund' then 'return_count'
            when 'return' then 'return_count'
            else 'response_count'
        end as fact_code,
        interaction_count as fact_count
    from actions
    union all
    select
        user_key,
        'low_score_count' as fact_code,
        1 as fact_count
    from scores
    where score_scaled <= {{ var('low_score') }}
    union all
    select
        user_key,
        'negative_text_count' as fact_code,
        1 as fact_count
    from texts
    where sentiment_label = 'negative'
    union all
    select
        user_key,
        'complaint_count' as fact_code,
        1 as fact_count
    from cases
    where is_complaint
    union all
    select
        user_key,
        'open_complaint_count' as fact_code,
        1 as fact_count
    from cases
    where is_complaint and not is_resolved
    union all
    select
        user_key,
        'late_reply_count' as fact_code,
        1 as fact_count
    from cases
    where not is_first_response_in_sla
    union all
    select
        user_key,
        'reopen_count' as fact_code,
        reopen_count as fact_count
    from cases
    where reopen_count > 0
)

select
    user_key,
    fact_code,
    cast(sum(fact_count) as bigint) as fact_count
from facts
group by user_key, fact_code
