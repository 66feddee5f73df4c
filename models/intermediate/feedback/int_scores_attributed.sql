with scores as (
    select * from {{ ref('int_scores_scaled') }}
),

identifier_sets as (
    select * from {{ ref('int_identifier_sets_resolved') }}
),

of_persons as (
    select
        scores.*,
        identifier_sets.user_key,
        {{ business_date('scores.answered_at') }} as answered_date
    from scores
    left join identifier_sets
        on scores.identifier_set_key = identifier_sets.identifier_set_key
),

-- invalid scores come behind all others; who is not known answers once each time
ranked as (
    select
        *,
        row_number() over (
            partition by
                score_type,
                touchpoint_code,
                coalesce(user_key, record_key),
                date_trunc('quarter', answered_date)
            order by
                case when score_scaled is null then 1 else 0 end asc,
                answered_at desc,
                record_key desc
        ) as answer_number
    from of_persons
)

select
    record_key,
    user_key,
    score_type,
    touchpoint_code,
    channel_code,
    region,
    answered_at,
    answered_date,
    score,
    score_scaled,
    is_satisfied,
    nps_group,
    answer_number = 1 and score_scaled is not null as is_last_in_quarter
from ranked
