select
    identifier_sets.source_system,
    identifier_sets.source_table,
    cast(sum(identifier_sets.record_count) as bigint) as identified_record_count,
    cast(sum(
        case
            when resolved.user_key is not null then identifier_sets.record_count
            else 0
        end
    ) as bigint) as resolved_record_count,
    cast(sum(
        case
            when resolved.is_known then identifier_sets.record_count
            else 0
        end
    ) as bigint) as matched_record_count
from {{ ref('int_set_records') }} as identifier_sets
left join {{ ref('int_identifier_sets_resolved') }} as resolved
    on identifier_sets.identifier_set_key = resolved.identifier_set_key
where identifier_sets.is_identified
group by identifier_sets.source_system, identifier_sets.source_table
