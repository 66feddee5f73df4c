-- On one channel a profile's next session begins when the one before has ended; within the gap only where somebody else
-- logged in (which takes a profile that was seen with several logins), or where a var asks for another break.
{%- set only_gaps_break = '1 = 0' %}
{%- if not (var('session_breaks_on_campaign') or var('session_breaks_at_midnight')) %}
{%- set only_gaps_break = '1 = 1' %}
{%- endif %}
with sessions as (
    select
        channel_code,
        profile_key,
        session_key,
        min(occurred_at) as started_at,
        max(occurred_at) as ended_at
    from {{ ref('int_touchpoints_resolved') }}
    where profile_key is not null
    group by channel_code, profile_key, session_key
),

followed as (
    select
        channel_code,
        profile_key,
        session_key,
        started_at,
        ended_at,
        lag(ended_at) over (
            partition by channel_code, profile_key
            order by started_at, ended_at, session_key
        ) as previous_ended_at
    from sessions
),

shared_profiles as (
    select distinct profile_key
    from {{ ref('int_shared_profiles') }}
)

select
    followed.channel_code,
    followed.profile_key,
    followed.session_key,
    followed.started_at,
    followed.previous_ended_at
from followed
left join shared_profiles on followed.profile_key = shared_profiles.profile_key
where
    followed.started_at < followed.previous_ended_at
    or (
        shared_profiles.profile_key is null
        and {{ only_gaps_break }}
        and followed.started_at
        <= followed.previous_ended_at
        + interval '{{ var("session_gap_minutes") }}' minute
    )
