{{ config(materialized='view') }}
with identifiers as (
    select * from {{ ref('int_identifiers_observed') }}
),

resolved as (
    select * from {{ ref('int_identifiers_resolved') }}
)

select
    {{ key_as_id('identifiers.identifier_key') }} as identifier_id,
    identifiers.identifier_type,
    identifiers.identifier_scope,
    identifiers.identifier_value,
    {{ key_as_id('resolved.user_key') }} as user_id,
    resolved.standing,
    identifiers.block_reason is not null as is_blocked,
    identifiers.block_reason,
    identifiers.first_seen_at as first_linked_at,
    identifiers.last_seen_at,
    identifiers.record_count
from identifiers
inner join resolved on identifiers.identifier_key = resolved.identifier_key
