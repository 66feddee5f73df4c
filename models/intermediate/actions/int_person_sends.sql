-- sends to a person, and those that were held back, by now
with sends as (
    select * from {{ ref('int_outreach_sends_scoped') }}
),

identifier_sets as (
    select * from {{ ref('int_identifier_sets_resolved') }}
),

as_of as (
    select * from {{ ref('int_as_of') }}
)

select
    identifier_sets.user_key,
    sends.campaign,
    sends.sent_at,
    coalesce(sends.is_holdout, false) as is_holdout,
    {{ seconds_between('sends.sent_at', 'as_of.as_of') }} as age_seconds
from sends
inner join identifier_sets
    on sends.identifier_set_key = identifier_sets.identifier_set_key
cross join as_of
where identifier_sets.user_key is not null and sends.sent_at <= as_of.as_of
