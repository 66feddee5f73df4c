with scores as (
    select * from {{ ref('int_scores_scaled') }}
),

identifier_sets as (
    select * from {{ ref('int_identifier_sets_resolved') }}
)

select
    {{ key_as_id('scores.record_key') }} as score_id,
    {{ key_as_id('identifier_sets.user_key') }} as user_id,
    scores.answered_at,
    {{ business_date('scores.answered_at') }} as answered_date,
    scores.score_type,
    scores.touchpoint_code,
    scores.channel_code,
    scores.region,
    scores.score,
    scores.score_scaled,
    scores.is_satisfied,
    scores.nps_group
from scores
left join identifier_sets
    on scores.identifier_set_key = identifier_sets.identifier_set_key
