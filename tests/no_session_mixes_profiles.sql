-- A session belongs to one profile; an interaction that nobody can be told from is a session of its own.
select
    session_key,
    count(*) as touchpoint_count,
    count(distinct profile_key) as profile_count
from {{ ref('int_touchpoints_sessionised') }}
group by session_key
having
    count(distinct profile_key) > 1
    or (count(profile_key) < count(*) and count(*) > 1)
