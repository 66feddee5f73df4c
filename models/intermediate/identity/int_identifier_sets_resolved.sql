{{ config(materialized='view') }}
select
    identifier_set_key,
    profile_key,
    user_key,
    person_identifier_key,
    is_known
from {{ ref('int_sets_resolved') }}
union all
-- what was erased keeps a profile that is nobody's, so that its sessions stay what they were
select distinct
    {{ key_as_row_hash('one_key') }} as identifier_set_key,
    one_key as profile_key,
    cast(null as bigint) as user_key,
    cast(null as bigint) as person_identifier_key,
    false as is_known
from {{ ref('int_erasures') }}
where erased_kind = 'profile'
