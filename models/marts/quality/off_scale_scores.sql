with scores as (
    select
        *,
        case when score_scaled is null then score end as off_scale_score
    from {{ ref('int_scores_scaled') }}
)

select
    score_type,
    touchpoint_code,
    channel_code,
    scale_min,
    scale_max,
    count(*) as score_count,
    count(off_scale_score) as off_scale_count,
    min(off_scale_score) as lowest_off_scale,
    max(off_scale_score) as highest_off_scale
from scores
group by score_type, touchpoint_code, channel_code, scale_min, scale_max
having count(off_scale_score) > 0
