{{ config(materialized='view') }}
with answers as (
    select
        *,
        row_number() over (
            partition by
                survey_type,
                coalesce(invitation_id, cast(record_key as {{ text_type() }}))
            order by answered_at desc, record_key desc
        ) as answer_number
    from {{ ref('int_survey_responses_identified') }}
),

reviews as (
    select
        reviews.record_key,
        touchpoints.touchpoint_code,
        reviews.rating,
        reviews.occurred_at,
        reviews.identifier_set_key
    from {{ ref('stg_ecommerce__reviews') }} as reviews
    inner join {{ ref('int_touchpoints_resolved') }} as touchpoints
        on reviews.record_key = touchpoints.touchpoint_key
),

scores as (
    select
        record_key,
        survey_type as score_type,
        touchpoint_code,
        region,
        score,
        scale_min,
        scale_max,
        answered_at,
        identifier_set_key
    from answers
    where answer_number = 1
    union all
    select
        record_key,
        'review' as score_type,
        touchpoint_code,
        cast(null as {{ text_type() }}) as region,
        rating as score,
        cast(null as decimal(18, 4)) as scale_min,
        cast(null as decimal(18, 4)) as scale_max,
        occurred_at as answered_at,
        identifier_set_key
    from reviews
    union all
    select
        record_key,
        'csat' as score_type,
        'service_ticket' as touchpoint_code,
        region,
        rating as score,
        cast(null as decimal(18, 4)) as scale_min,
        cast(null as decimal(18, 4)) as scale_max,
        coalesce(rated_at, resolved_at, opened_at) as answered_at,
        identifier_set_key
    from {{ ref('stg_service__tickets') }}
    where rating is not null
    union all
    select
        record_key,
        'csat' as score_type,
        'hotline_call' as touchpoint_code,
        region,
        rating as score,
        cast(null as decimal(18, 4)) as scale_min,
        cast(null as decimal(18, 4)) as scale_max,
        coalesce(ended_at, called_at) as answered_at,
        identifier_set_key
    from {{ ref('stg_hotline__calls') }}
    where rating is not null
    union all
    select
        record_key,
        'csat' as score_type,
        'his_follow_up' as touchpoint_code,
        cast(null as {{ text_type() }}) as region,
        score,
        cast(null as decimal(18, 4)) as scale_min,
        cast(null as decimal(18, 4)) as scale_max,
        done_at as answered_at,
        identifier_set_key
    from {{ ref('stg_his__follow_ups') }}
    where score is not null and done_at is not null
    union all
    select
        record_key,
        'csat' as score_type,
        'academic_lesson' as touchpoint_code,
        cast(null as {{ text_type() }}) as region,
        rating as score,
        cast(null as decimal(18, 4)) as scale_min,
        cast(null as decimal(18, 4)) as scale_max,
        occurred_at as answered_at,
        identifier_set_key
    from {{ ref('stg_academic__lessons') }}
    where rating is not null
),

out_of_scope as (
    select * from {{ ref('int_records_out_of_scope') }}
)

select scores.*
from scores
left join out_of_scope on scores.record_key = out_of_scope.record_key
where out_of_scope.record_key is null
