{{ config(materialized='view') }}
with pairs as (
    select
        pairs.one_key,
        pairs.other_key,
        pairs.one_type,
        pairs.other_type
    from {{ ref('int_identifier_pairs') }} as pairs
    inner join {{ ref('int_identifiers_observed') }} as one
        on pairs.one_key = one.identifier_key and one.block_reason is null
    inner join {{ ref('int_identifiers_observed') }} as other
        on pairs.other_key = other.identifier_key and other.block_reason is null
)

select
    one_key as identifier_key,
    one_type as identifier_type,
    other_key as partner_key,
    other_type as partner_type
from pairs
union all
select
    other_key as identifier_key,
    other_type as identifier_type,
    one_key as partner_key,
    one_type as partner_type
from pairs
