{{ config(materialized='view') }}
with identifiers as (
    select identifier_key
    from {{ ref('int_identifiers_judged') }}
    where strength = 'strong' and standing <> 'blocked'
)

select
    set_identifiers.identifier_set_key,
    set_identifiers.identifier_type,
    set_identifiers.identifier_key
from {{ ref('int_set_identifiers') }} as set_identifiers
inner join identifiers
    on set_identifiers.identifier_key = identifiers.identifier_key
