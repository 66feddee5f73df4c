select
    set_identifiers.identifier_type,
    cast(sum(set_identifiers.record_count) as bigint) as record_count,
    cast(sum(
        case
            when identifier_sets.is_known then set_identifiers.record_count
            else 0
        end
    ) as bigint) as matched_record_count
from {{ ref('int_identifiers_clustered') }} as set_identifiers
left join {{ ref('int_identifier_sets_resolved') }} as identifier_sets
    on set_identifiers.identifier_set_key = identifier_sets.identifier_set_key
group by set_identifiers.identifier_type
