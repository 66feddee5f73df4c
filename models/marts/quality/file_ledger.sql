with files as (
    select * from {{ ref('int_landed_files') }}
),

outcomes as (
    select
        source_file_key,
        cast(sum(
            case when outcome = 'accepted' then record_count else 0 end
        ) as bigint) as accepted_count,
        cast(sum(
            case when outcome = 'duplicate' then record_count else 0 end
        ) as bigint) as duplicate_count,
        cast(sum(
            case when outcome = 'quarantined' then record_count else 0 end
        ) as bigint) as quarantined_count,
        cast(sum(
            case when outcome = 'out_of_scope' then record_count else 0 end
        ) as bigint) as out_of_scope_count,
        cast(sum(
            case when outcome = 'erased' then record_count else 0 end
        ) as bigint) as erased_count,
        cast(sum(
            case when outcome = 'expired' then record_count else 0 end
        ) as bigint) as expired_count
    from {{ ref('int_file_outcomes') }}
    group by source_file_key
)

select
    files.source_system,
    files.source_table,
    files.public_path as source_file,
    files.record_count as received_count,
    coalesce(outcomes.accepted_count, 0) as accepted_count,
    coalesce(outcomes.duplicate_count, 0) as duplicate_count,
    coalesce(outcomes.quarantined_count, 0) as quarantined_count,
    coalesce(outcomes.out_of_scope_count, 0) as out_of_scope_count,
    coalesce(outcomes.erased_count, 0) as erased_count,
    coalesce(outcomes.expired_count, 0) as expired_count
from files
left join outcomes on files.file_key = outcomes.source_file_key
