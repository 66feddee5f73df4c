-- what a system says of the first answer, or an earlier message of a person: as cases have it
with requests as (
    select
        record_key,
        case contact_kind
            when 'ticket' then 'service_ticket' else 'hotline_call'
        end as touchpoint_code,
        region,
        opened_at,
        answered_at
    from {{ ref('int_contacts_recorded') }}
    where contact_kind in ('ticket', 'call') and is_measured
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
    cross join as_of
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
