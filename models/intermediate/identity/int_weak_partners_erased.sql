{{ config(materialized='view') }}
select distinct
    one_key as identifier_key,
    other_key as partner_key
from {{ ref('int_erasures') }}
where erased_kind = 'partner'
