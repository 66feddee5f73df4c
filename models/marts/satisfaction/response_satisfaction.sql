with cases as (
    select * from {{ ref('int_cases_assessed') }}
    where response_status <> 'unmeasured'
),

bands as (
    select * from {{ ref('response_bands') }}
    where {{ of_this_industry() }}
),

banded as (
    select
        cases.touchpoint_code,
        coalesce(bands.band_code, 'unanswered') as band_code,
        bands.band_name,
        bands.band_rank,
        cases.is_satisfied
    from cases
    left join bands
        on
            cases.first_response_seconds >= bands.from_seconds
            and (
                cases.first_response_seconds < bands.to_seconds
                or bands.to_seconds is null
            )
),

with_all as (
    select * from banded
    union all
    select
        '(all)' as touchpoint_code,
        band_code,
        band_name,
        band_rank,
        is_satisfied
    from banded
),

counted as (
    select
        touchpoint_code,
        band_code,
        min(band_name) as band_name,
        min(band_rank) as band_rank,
        count(*) as case_count,
        count(is_satisfied) as rated_count,
        count(case when is_satisfied then 1 end) as satisfied_count
    from with_all
    group by touchpoint_code, band_code
)

select
    touchpoint_code,
    band_code,
    band_name,
    band_rank,
    case_count,
    rated_count,
    satisfied_count,
    {{ published_rate('satisfied_count', 'rated_count') }} as csat,
    {{ published(wilson_low('satisfied_count', 'rated_count'), 'rated_count') }}
        as csat_low,
    {{ published(wilson_high('satisfied_count', 'rated_count'), 'rated_count') }}
        as csat_high,
    {{ is_suppressed('rated_count') }} as is_suppressed
from counted
