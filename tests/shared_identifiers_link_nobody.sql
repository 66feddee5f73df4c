-- An identifier above its sharing limit is a person of its own where nothing better is known, and nobody else's, unless
-- somebody in charge decided whose it is.
with shared as (
    select
        resolved.identifier_key,
        resolved.user_key
    from {{ ref('int_identifiers_resolved') }} as resolved
    left join {{ ref('int_override_groups') }} as decided
        on resolved.identifier_key = decided.identifier_key
    where resolved.standing = 'shared' and decided.identifier_key is null
),

-- two joins: one with an or compares all with all
faults as (
    select
        shared.identifier_key,
        'links somebody' as fault
    from shared
    inner join {{ ref('int_identity_links') }} as links
        on shared.identifier_key = links.node
    union all
    select
        shared.identifier_key,
        'links somebody' as fault
    from shared
    inner join {{ ref('int_identity_links') }} as links
        on shared.identifier_key = links.neighbour
    union all
    select
        shared.identifier_key,
        'is part of somebody else' as fault
    from shared
    where shared.user_key <> shared.identifier_key
    union all
    select
        shared.identifier_key,
        'has other identifiers as part of it' as fault
    from shared
    inner join {{ ref('int_identifiers_resolved') }} as resolved
        on
            shared.identifier_key = resolved.user_key
            and shared.identifier_key <> resolved.identifier_key
)

select distinct
    identifier_key,
    fault
from faults
