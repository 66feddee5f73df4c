with ledger as (
    select * from {{ ref('record_ledger') }}
),

quarantined as (
    select * from {{ ref('int_records_quarantined') }}
),

limits as (
    select * from {{ ref('quarantine_limits') }}
),

newest as (
    select
        source_system,
        source_table,
        max(load_day) as load_day
    from ledger
    where received > 0
    group by source_system, source_table
),

rejected as (
    select
        source_system,
        source_table,
        load_day,
        '*' as reason_code,
        quarantined as rejected_count
    from ledger
    where quarantined > 0
    union all
    select
        source_system,
        source_table,
        {{ load_day('loaded_at') }} as load_day,
        reason_code,
        cast(count(*) as bigint) as rejected_count
    from quarantined
    group by source_system, source_table, {{ load_day('loaded_at') }}, reason_code
),

ranked as (
    select
        rejected.source_system,
        rejected.source_table,
        rejected.load_day,
        rejected.reason_code,
        rejected.rejected_count,
        ledger.received as received_count,
        newest.load_day is not null as is_newest,
        limits.min_records,
        limits.warn_share,
        limits.stop_share,
        row_number() over (
            partition by
                rejected.source_system,
                rejected.source_table,
                rejected.load_day,
                rejected.reason_code
            order by limits.source_system desc, limits.source_table desc
        ) as limit_rank
    from rejected
    inner join ledger
        on
            rejected.source_system = ledger.source_system
            and rejected.source_table = ledger.source_table
            and rejected.load_day = ledger.load_day
    inner join limits
        on
            limits.source_system in ('*', rejected.source_system)
            and limits.source_table in ('*', rejected.source_table)
            and rejected.reason_code = limits.reason
    left join newest
        on
            rejected.source_system = newest.source_system
            and rejected.source_table = newest.source_table
            and rejected.load_day = newest.load_day
),

shared as (
    select
        source_system,
        source_table,
        load_day,
        reason_code,
        received_count,
        rejected_count,
        is_newest,
        min_records,
        warn_share,
        stop_share,
        {{ ratio('rejected_count', 'received_count') }} as rejected_share
    from ranked
    where limit_rank = 1
)

select
    source_system,
    source_table,
    load_day,
    reason_code,
    received_count,
    rejected_count,
    rejected_share,
    cast(warn_share as {{ double_type() }}) as warn_share,
    cast(stop_share as {{ double_type() }}) as stop_share,
    is_newest,
    case
        when received_count < min_records then 'few'
        when rejected_share > stop_share then 'stop'
        when rejected_share > warn_share then 'warn'
        else 'ok'
    end as status
from shared
