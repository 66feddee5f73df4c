with scores as (
    select * from {{ ref('int_scores_attributed') }}
    where score_scaled is not null
),

responses as (
    select
        *,
        {{ business_date('opened_at') }} as measured_date
    from {{ ref('int_responses_timed') }}
),

complaints as (
    select
        about_touchpoint_code as touchpoint_code,
        about_channel_code as channel_code,
        region,
        opened_date as measured_date
    from {{ ref('int_cases_assessed') }}
    where is_complaint
),

-- what is counted elsewhere, complaints by the days of their orders and texts, has a row
counted_elsewhere as (
    {%- for relation in ['int_complaints_matured', 'int_sentiment_counted'] %}
    select
        touchpoint_code,
        channel_code,
        region,
        period_start_date as measured_date
    from {{ ref(relation) }}
    where period_type = 'day'
    {{ 'union' if not loop.last }}
    {%- endfor %}
),

measured as (
    select
        touchpoint_code,
        channel_code,
        coalesce(region, '(unknown)') as region,
        answered_date as measured_date,
        score_type,
        -- decimals, so that sums do not depend on their order
        cast(score_scaled as decimal(18, 9)) as score_scaled,
        is_satisfied,
        nps_group,
        is_last_in_quarter,
        false as is_request,
        false as is_complaint,
        cast(null as {{ double_type() }}) as first_response_seconds,
        cast(null as boolean) as is_in_service_level
    from scores
    {%- for relation in ['responses', 'complaints', 'counted_elsewhere'] %}
    union all
    select
        touchpoint_code,
        channel_code,
        coalesce(region, '(unknown)') as region,
        measured_date,
        cast(null as {{ text_type() }}) as score_type,
        cast(null as decimal(18, 9)) as score_scaled,
        cast(null as boolean) as is_satisfied,
        cast(null as {{ text_type() }}) as nps_group,
        false as is_last_in_quarter,
        {{ 'true' if relation == 'responses' else 'false' }} as is_request,
        {{ 'true' if relation == 'complaints' else 'false' }} as is_complaint,
        {%- if relation == 'responses' %}
        first_response_seconds,
        is_in_service_level
        {%- else %}
        cast(null as {{ double_type() }}) as first_response_seconds,
        cast(null as boolean) as is_in_service_level
        {%- endif %}
    from {{ relation }}
    {%- endfor %}
),

by_period as (
    {{ in_every_period('measured', 'measured_date') }}
)

select
    touchpoint_code,
    channel_code,
    region,
    period_type,
    period_start_date,
    count(score_type) as response_count,
    count(case when score_type = 'csat' then 1 end) as csat_response_count,
    count(case when score_type = 'csat' and is_satisfied then 1 end)
        as csat_satisfied_count,
    count(case when score_type = 'nps' then 1 end) as nps_response_count,
    count(case when nps_group = 'promoter' then 1 end) as nps_promoter_count,
    count(case when nps_group = 'passive' then 1 end) as nps_passive_count,
    count(case when nps_group = 'detractor' then 1 end) as nps_detractor_count,
    count(case when score_type = 'nps' and is_last_in_quarter then 1 end)
        as nps_person_count,
    {%- for group in ['promoter', 'passive', 'detractor'] %}
    count(case when nps_group = '{{ group }}' and is_last_in_quarter then 1 end)
        as nps_person_{{ group }}_count,
    {%- endfor %}
    count(case when score_type = 'ces' then 1 end) as ces_response_count,
    count(case when score_type = 'ces' and is_satisfied then 1 end) as ces_easy_count,
    sum(case when score_type = 'ces' then 1 + 6 * score_scaled end) as ces_sum,
    sum(
        case
            when score_type = 'ces'
                then
                    cast(
                        cast(1 + 6 * score_scaled as decimal(11, 9))
                        * cast(1 + 6 * score_scaled as decimal(11, 9))
                        as decimal(28, 18)
                    )
        end
    ) as ces_square_sum,
    count(case when score_type = 'review' then 1 end) as review_count,
    count(case when score_type = 'review' and is_satisfied then 1 end)
        as review_satisfied_count,
    sum(case when score_type = 'review' then 1 + 4 * score_scaled end) as review_sum,
    sum(
        case
            when score_type = 'review'
                then
                    cast(
                        cast(1 + 4 * score_scaled as decimal(11, 9))
                        * cast(1 + 4 * score_scaled as decimal(11, 9))
                        as decimal(28, 18)
                    )
        end
    ) as review_square_sum,
    count(case when is_complaint then 1 end) as complaint_count,
    count(case when is_request then 1 end) as request_count,
    count(first_response_seconds) as responded_count,
    count(is_in_service_level) as service_level_due_count,
    count(case when is_in_service_level then 1 end) as service_level_met_count,
    {{ quantile_of_waits('first_response_seconds', 0.5, 'is_request') }}
        as median_response_seconds,
    {{ quantile_of_waits('first_response_seconds', 0.9, 'is_request') }}
        as p90_response_seconds
from by_period
group by
    touchpoint_code,
    channel_code,
    region,
    period_type,
    period_start_date
