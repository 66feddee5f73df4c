-- Blocked identifiers alone have none.
with observed as (
    select identifier_key
    from {{ ref('int_identifiers_observed') }}
),

resolved as (
    select
        identifier_key,
        count(*) as row_count,
        count(distinct user_key) as user_count,
        min(standing) as standing
    from {{ ref('int_identifiers_resolved') }}
    group by identifier_key
)

select
    coalesce(observed.identifier_key, resolved.identifier_key) as identifier_key,
    resolved.row_count,
    resolved.user_count,
    resolved.standing
from observed
full outer join resolved on observed.identifier_key = resolved.identifier_key
where
    observed.identifier_key is null
    or resolved.identifier_key is null
    or resolved.row_count <> 1
    or resolved.user_count <> case when resolved.standing = 'blocked' then 0 else 1 end
