with metrics as (
    select distinct
        metric_code,
        metric_kind,
        score_type
    from {{ ref('int_effect_actions') }}
    where
        fault is null
        and metric_kind in ('satisfied', 'promoters', 'mean', 'response')
),

scores as (
    select * from {{ ref('int_scores_attributed') }}
    where score_scaled is not null
),

cases as (
    select * from {{ ref('int_cases_assessed') }}
    where is_first_response_in_sla is not null
)

select
    metrics.metric_code,
    coalesce(scores.user_key, scores.record_key) as unit_key,
    scores.user_key,
    scores.answered_date as observed_date,
    scores.touchpoint_code,
    scores.channel_code,
    scores.region,
    cast(case
        when metrics.metric_kind = 'mean' then 1 + 6 * scores.score_scaled
        when metrics.metric_kind = 'satisfied' and scores.is_satisfied then 1
        when metrics.metric_kind = 'satisfied' then 0
        when scores.nps_group = 'promoter' then 1
        when scores.nps_group = 'detractor' then -1
        else 0
    end as {{ double_type() }}) as numerator,
    cast(1 as {{ double_type() }}) as denominator
from scores
inner join metrics on scores.score_type = metrics.score_type
union all
-- a reply that is not due yet is neither in time nor late
select
    metrics.metric_code,
    coalesce(cases.user_key, cases.case_key) as unit_key,
    cases.user_key,
    cases.opened_date as observed_date,
    cases.touchpoint_code,
    cases.channel_code,
    cases.region,
    cast(
        case when cases.is_first_response_in_sla then 1 else 0 end
        as {{ double_type() }}
    ) as numerator,
    cast(1 as {{ double_type() }}) as denominator
from cases
inner join metrics on metrics.metric_kind = 'response'
