select
    resolved.user_key,
    min(identifier_sets.first_seen_at) as first_seen_at,
    max(identifier_sets.last_seen_at) as last_seen_at
from {{ ref('int_identifier_sets_resolved') }} as resolved
inner join {{ ref('int_identifier_sets') }} as identifier_sets
    on resolved.identifier_set_key = identifier_sets.identifier_set_key
where resolved.user_key is not null
group by resolved.user_key
