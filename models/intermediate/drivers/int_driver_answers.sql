select
    record_key,
    user_key,
    touchpoint_code,
    answered_at,
    is_satisfied
from {{ ref('int_scores_attributed') }}
where
    user_key is not null
    and is_satisfied is not null
    and score_type <> '{{ var("overall_score_type") }}'
