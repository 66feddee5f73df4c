{{ config(materialized='view') }}
-- pairs of identifiers that no record need state together
select
    {{ row_hash(["'override'", 'override_code', 'one_key', 'other_key']) }}
        as evidence_key,
    one_key,
    other_key
from {{ ref('int_identity_overrides') }}
union all
select
    {{ row_hash(["'proposed'", 'one_key', 'other_key', 'score']) }} as evidence_key,
    one_key,
    other_key
from {{ ref('int_contacts_proposed') }}
union all
select
    {{ row_hash(["'erased'", 'erased_kind', 'one_key', 'other_key', 'erased_until']) }}
        as evidence_key,
    one_key,
    one_key as other_key
from {{ ref('int_erasures') }}
where erased_kind in ('identifier', 'pair', 'partner', 'refused')
