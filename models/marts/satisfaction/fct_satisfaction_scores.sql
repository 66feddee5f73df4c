with scores as (
    select * from {{ ref('int_scores_attributed') }}
)

select
    {{ key_as_id('record_key') }} as score_id,
    {{ key_as_id('user_key') }} as user_id,
    answered_at,
    answered_date,
    score_type,
    touchpoint_code,
    channel_code,
    region,
    score,
    score_scaled,
    is_satisfied,
    nps_group,
    is_last_in_quarter
from scores
