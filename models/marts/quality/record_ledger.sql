with received as (
    select * from {{ ref('int_records_received') }}
),

outcomes as (
    select
        source_system,
        source_table,
        load_day,
        cast(sum(
            case when outcome = 'accepted' then record_count else 0 end
        ) as bigint) as accepted,
        cast(sum(
            case when outcome = 'duplicate' then record_count else 0 end
        ) as bigint) as duplicate,
        cast(sum(
            case when outcome = 'quarantined' then record_count else 0 end
        ) as bigint) as quarantined,
        cast(sum(
            case when outcome = 'out_of_scope' then record_count else 0 end
        ) as bigint) as out_of_scope,
        cast(sum(
            case when outcome = 'erased' then record_count else 0 end
        ) as bigint) as erased,
        cast(sum(
            case when outcome = 'expired' then record_count else 0 end
        ) as bigint) as expired
    from {{ ref('int_record_outcomes') }}
    group by source_system, source_table, load_day
)

select
    coalesce(received.source_system, outcomes.source_system) as source_system,
    coalesce(received.source_table, outcomes.source_table) as source_table,
    coalesce(received.load_day, outcomes.load_day) as load_day,
    coalesce(received.record_count, 0) as received,
    coalesce(outcomes.accepted, 0) as accepted,
    coalesce(outcomes.duplicate, 0) as duplicate,
    coalesce(outcomes.quarantined, 0) as quarantined,
    coalesce(outcomes.out_of_scope, 0) as out_of_scope,
    coalesce(outcomes.erased, 0) as erased,
    coalesce(outcomes.expired, 0) as expired
from received
full outer join outcomes
    on
        received.source_system = outcomes.source_system
        and received.source_table = outcomes.source_table
        and received.load_day = outcomes.load_day
