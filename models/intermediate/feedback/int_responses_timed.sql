with tickets as (
    select
        record_key,
        'service_ticket' as touchpoint_code,
        region,
        opened_at,
        case
            when coalesce(first_responder, 'agent') <> 'bot' then first_response_at
        end as answered_at
    from {{ ref('stg_service__tickets') }}
),

calls as (
    select
        record_key,
        'hotline_call' as touchpoint_code,
        region,
        called_at as opened_at,
        answered_at
    from {{ ref('stg_hotline__calls') }}
),

requests as (
    select * from tickets
    union all
    select * from calls
),

out_of_scope as (
    select * from {{ ref('int_records_out_of_scope') }}
),

definitions as (
    select * from {{ ref('touchpoints') }}
    where {{ of_this_industry() }}
),

service_levels as (
    select * from {{ ref('service_levels') }}
    where {{ of_this_industry() }}
),

as_of as (
    select * from {{ ref('int_as_of') }}
),

timed as (
    select
        requests.record_key,
        requests.touchpoint_code,
        definitions.channel_code,
        requests.region,
        requests.opened_at,
        service_levels.first_response_seconds as target_seconds,
        {{ seconds_between('requests.opened_at', 'as_of.as_of') }} as age_seconds,
        {{ seconds_between('requests.opened_at', 'requests.answered_at') }}
            as first_response_seconds
    from requests
    inner join definitions on requests.touchpoint_code = definitions.touchpoint_code
    left join service_levels
        on requests.touchpoint_code = service_levels.touchpoint_code
    left join out_of_scope on requests.record_key = out_of_scope.record_key
    cross join as_of
    where
        out_of_scope.record_key is null
        -- an answer before the question is no measurement
        and (requests.answered_at is null or requests.answered_at >= requests.opened_at)
)

select
    record_key,
    touchpoint_code,
    channel_code,
    region,
    opened_at,
    first_response_seconds,
    -- unanswered counts as a miss once the target has passed, and not before
    case
        when first_response_seconds is not null
            then first_response_seconds <= target_seconds
        when age_seconds > target_seconds then false
    end as is_in_service_level
from timed
