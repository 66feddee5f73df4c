with identifier_sets as (
    select * from {{ ref('int_identifier_sets_resolved') }}
),

logins as (
    select * from {{ ref('int_set_logins') }}
)

select
    identifier_sets.profile_key,
    logins.identifier_type
from identifier_sets
inner join logins
    on
        identifier_sets.identifier_set_key = logins.identifier_set_key
        and identifier_sets.profile_key <> logins.identifier_key
group by identifier_sets.profile_key, logins.identifier_type
having count(distinct logins.identifier_key) > 1
