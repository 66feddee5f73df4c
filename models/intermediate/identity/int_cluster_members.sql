{{ config(materialized='view') }}
select
    identifier_set_key as evidence_key,
    identifier_key
from {{ ref('int_set_identifiers') }}
where block_reason is null
union all
select
    evidence_key,
    one_key as identifier_key
from {{ ref('int_pairs_stated') }}
union all
select
    evidence_key,
    other_key as identifier_key
from {{ ref('int_pairs_stated') }}
