{{ config(materialized='view') }}
select
    one_key as identifier_key,
    max(erased_until) as erased_until
from {{ ref('int_erasures') }}
where erased_kind = 'identifier'
group by one_key
