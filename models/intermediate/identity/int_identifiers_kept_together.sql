{{ config(materialized='view') }}
with blocked as (
    select identifier_key
    from {{ ref('int_identifiers_observed') }}
    where block_reason is not null
)

select distinct
    overrides.one_key as node,
    overrides.other_key as neighbour
from {{ ref('int_identity_overrides') }} as overrides
left join blocked as one on overrides.one_key = one.identifier_key
left join blocked as other on overrides.other_key = other.identifier_key
where
    overrides.decision = 'keep_together'
    and overrides.one_key <> overrides.other_key
    and one.identifier_key is null
    and other.identifier_key is null
