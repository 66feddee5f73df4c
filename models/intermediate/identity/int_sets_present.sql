{{ config(materialized='view') }}
-- a set is what its key says
select
    identifier_set_key,
    1 as input_hash
from {{ ref('int_set_records') }}
where is_identified
