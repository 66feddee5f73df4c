select
    {{ key_as_id('user_key') }} as user_id,
    channel_code,
    first_active_at,
    last_active_at,
    active_day_count,
    interaction_count,
    recent_day_count,
    cast(channel_rank as integer) as channel_rank,
    is_preferred
from {{ ref('int_person_channels') }}
