-- Whatever its load times say, a file's records are in the ledger exactly once.
with in_files as (
    select
        source_system,
        source_table,
        sum(record_count) as record_count
    from {{ ref('stg_landing__files') }}
    group by source_system, source_table
),

in_ledger as (
    select
        source_system,
        source_table,
        sum(received) as record_count
    from {{ ref('record_ledger') }}
    group by source_system, source_table
)

select
    coalesce(in_files.source_system, in_ledger.source_system) as source_system,
    coalesce(in_files.source_table, in_ledger.source_table) as source_table,
    in_files.record_count as records_in_files,
    in_ledger.record_count as records_in_ledger
from in_files
full outer join in_ledger
    on
        in_files.source_system = in_ledger.source_system
        and in_files.source_table = in_ledger.source_table
where coalesce(in_files.record_count, 0) <> coalesce(in_ledger.record_count, 0)
