-- tickets, calls, and of other contacts those at touchpoints that promise an answer
with contacts as (
    select * from {{ ref('int_contacts_recorded') }}
    -- an answer before the question, and what never tells one, are no measurement
    where is_measured
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
        contacts.record_key,
        contacts.touchpoint_code,
        contacts.channel_code,
        contacts.region,
        contacts.opened_at,
        service_levels.first_response_seconds as target_seconds,
        {{ seconds_between('contacts.opened_at', 'as_of.as_of') }} as age_seconds,
        {{ seconds_between('contacts.opened_at', 'contacts.answered_at') }}
            as first_response_seconds
    from contacts
    left join service_levels
        on contacts.touchpoint_code = service_levels.touchpoint_code
    cross join as_of
    where
        contacts.contact_kind in ('ticket', 'call')
        or service_levels.touchpoint_code is not null
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
