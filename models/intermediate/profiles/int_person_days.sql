select
    user_key,
    active_date,
    cast(sum(interaction_count) as bigint) as interaction_count
from {{ ref('int_active_days') }}
group by user_key, active_date
