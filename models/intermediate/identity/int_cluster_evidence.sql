{{ config(materialized='view') }}
select
    identifier_set_key as evidence_key,
    {{ row_hash([
        'first_seen_at', 'last_seen_at', 'record_count', 'example_record_key',
    ]) }} as input_hash
from {{ ref('int_set_records') }}
where is_identified
union all
select
    evidence_key,
    evidence_key as input_hash
from {{ ref('int_pairs_stated') }}
