{{ config(materialized='view') }}
select distinct
    least(one_key, other_key) as one_key,
    greatest(one_key, other_key) as other_key
from {{ ref('int_identity_overrides') }}
where decision = 'keep_apart' and one_key <> other_key
