select
    user_key,
    channel_code,
    active_date,
    cast(sum(interaction_count) as bigint) as interaction_count
from {{ ref('int_person_activities') }}
where is_activity
group by user_key, channel_code, active_date
