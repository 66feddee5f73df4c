-- seconds of business hours that had passed by each moment of a case; a difference of two
-- is a waiting time
with cases as (
    select * from {{ ref('int_service_cases') }}
),

spans as (
    select * from {{ ref('int_business_spans') }}
),

moments as (
    {%- for moment in ['opened', 'answered', 'resolved'] %}
    select
        case_key,
        '{{ moment }}' as moment_code,
        {{ moment }}_at as moment_at
    from cases
    where {{ moment }}_at is not null
    union all
    {%- endfor %}
    select
        cases.case_key,
        'as_of' as moment_code,
        as_of.as_of as moment_at
    from cases
    cross join {{ ref('int_as_of') }} as as_of
),

worked as (
    select
        moments.case_key,
        moments.moment_code,
        min(spans.seconds_before) + sum(
            greatest(
                0,
                least(
                    spans.span_seconds,
                    {{ seconds_between('spans.opens_at', 'moments.moment_at') }}
                )
            )
        ) as worked_seconds
    from moments
    inner join spans
        on {{ business_date('moments.moment_at') }} = spans.calendar_date
    group by moments.case_key, moments.moment_code
)

select
    case_key,
    max(case when moment_code = 'opened' then worked_seconds end)
        as opened_worked_seconds,
    max(case when moment_code = 'answered' then worked_seconds end)
        as answered_worked_seconds,
    max(case when moment_code = 'resolved' then worked_seconds end)
        as resolved_worked_seconds,
    max(case when moment_code = 'as_of' then worked_seconds end)
        as as_of_worked_seconds
from worked
group by case_key
