{{ config(materialized='view') }}
-- a set is what its key says: only definitions can change what its identifiers are
select
    identifier_set_key,
    {{ row_hash(["'" ~ definitions_hash() ~ "'"]) }} as input_hash
from {{ ref('int_set_records') }}
where is_identified
