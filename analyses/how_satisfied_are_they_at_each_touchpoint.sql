-- Valid answers per touchpoint, all regions together (touchpoint_satisfaction keeps them apart). A figure with fewer than
-- `min_sample` answers is withheld; the counts are always shown.
with scores as (
    select * from {{ ref('fct_satisfaction_scores') }}
    where score_scaled is not null
),

touchpoint_types as (
    select * from {{ ref('dim_touchpoints') }}
),

counted as (
    select
        touchpoint_code,
        count(case when score_type = 'csat' then 1 end) as csat_count,
        count(
            case when score_type = 'csat' and is_satisfied then 1 end
        ) as csat_satisfied_count,
        count(case when score_type = 'nps' then 1 end) as nps_count,
        count(case when nps_group = 'promoter' then 1 end)
        - count(case when nps_group = 'detractor' then 1 end) as nps_difference,
        count(case when score_type = 'ces' then 1 end) as ces_count,
        avg(case when score_type = 'ces' then 1 + 6 * score_scaled end) as ces_mean,
        count(case when score_type = 'review' then 1 end) as review_count,
        avg(
            case when score_type = 'review' then 1 + 4 * score_scaled end
        ) as review_mean
    from scores
    group by touchpoint_code
)

select
    touchpoint_types.touchpoint_name,
    counted.csat_count,
    {{ published_rate('counted.csat_satisfied_count', 'counted.csat_count') }} as csat,
    case
        when counted.csat_count >= {{ var('min_sample') }}
            then {{ wilson_low('counted.csat_satisfied_count', 'counted.csat_count') }}
    end as csat_low,
    case
        when counted.csat_count >= {{ var('min_sample') }}
            then {{ wilson_high('counted.csat_satisfied_count', 'counted.csat_count') }}
    end as csat_high,
    counted.nps_count,
    {{ published_rate('counted.nps_difference', 'counted.nps_count') }} as nps,
    counted.ces_count,
    case
        when counted.ces_count >= {{ var('min_sample') }} then counted.ces_mean
    end as ces,
    counted.review_count,
    case
        when counted.review_count >= {{ var('min_sample') }} then counted.review_mean
    end as review_score
from counted
inner join touchpoint_types
    on counted.touchpoint_code = touchpoint_types.touchpoint_code
order by
    counted.csat_count + counted.nps_count
    + counted.ces_count + counted.review_count desc,
    counted.touchpoint_code asc
