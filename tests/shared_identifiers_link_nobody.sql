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

erased as (
    select distinct one_key as identifier_key
    from {{ ref('int_erasures') }}
    where erased_kind = 'identifier'
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
    -- one that was erased and came again is called by another key, but by no identifier's
    select
        shared.identifier_key,
        'is part of somebody else' as fault
    from shared
    left join erased on shared.identifier_key = erased.identifier_key
    where shared.user_key <> shared.identifier_key and erased.identifier_key is null
    union all
    select
        shared.identifier_key,
        'is part of somebody else' as fault
    from shared
    inner join {{ ref('int_identifiers_resolved') }} as resolved
        on
            shared.user_key = resolved.identifier_key
            and shared.identifier_key <> resolved.identifier_key
    union all
    select
        shared.identifier_key,
        'has other identifiers as part of it' as fault
    from shared
    inner join {{ ref('int_identifiers_resolved') }} as resolved
        on
            shared.user_key = resolved.user_key
            and shared.identifier_key <> resolved.identifier_key
)

select distinct
    identifier_key,
    fault
from faults
