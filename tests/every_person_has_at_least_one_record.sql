-- Nobody is in dim_users without an identifier that some accepted record in scope carries.
with seen as (
    select
        {{ key_as_id('resolved.user_key') }} as user_id,
        sum(set_identifiers.record_count) as record_count
    from {{ ref('int_identifiers_resolved') }} as resolved
    inner join {{ ref('int_identifiers_clustered') }} as set_identifiers
        on resolved.identifier_key = set_identifiers.identifier_key
    where resolved.user_key is not null
    group by resolved.user_key
)

select people.user_id
from {{ ref('dim_users') }} as people
left join seen on people.user_id = seen.user_id
where
    seen.user_id is null
    or seen.record_count < 1
    or people.identifier_count < 1
