with known_users as (
    select distinct user_key
    from {{ ref('int_identifiers_resolved') }}
    where strength = 'strong' and standing = 'linking'
)

select
    set_identifiers.identifier_type,
    cast(sum(set_identifiers.record_count) as bigint) as record_count,
    cast(sum(
        case
            when known_users.user_key is not null then set_identifiers.record_count
            else 0
        end
    ) as bigint) as matched_record_count
from {{ ref('int_identifiers_clustered') }} as set_identifiers
left join {{ ref('int_identifier_sets_resolved') }} as identifier_sets
    on set_identifiers.identifier_set_key = identifier_sets.identifier_set_key
left join known_users on identifier_sets.user_key = known_users.user_key
group by set_identifiers.identifier_type
