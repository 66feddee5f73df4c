with ledger as (
    select * from {{ ref('record_ledger') }}
    where received > 0 and load_day <> '(unknown)'
),

newest as (
    select
        source_system,
        source_table,
        max(load_day) as load_day
    from ledger
    group by source_system, source_table
),

former as (
    select
        ledger.source_system,
        ledger.source_table,
        cast(count(*) as bigint) as former_load_count,
        {{ quantile('ledger.received', 0.5) }} as former_median
    from ledger
    inner join newest
        on
            ledger.source_system = newest.source_system
            and ledger.source_table = newest.source_table
    where ledger.load_day < newest.load_day
    group by ledger.source_system, ledger.source_table
),

compared as (
    select
        newest.source_system,
        newest.source_table,
        newest.load_day,
        ledger.received as received_count,
        coalesce(former.former_load_count, 0) as former_load_count,
        former.former_median,
        {{ ratio('ledger.received', 'former.former_median') }} as volume_ratio
    from newest
    inner join ledger
        on
            newest.source_system = ledger.source_system
            and newest.source_table = ledger.source_table
            and newest.load_day = ledger.load_day
    left join former
        on
            newest.source_system = former.source_system
            and newest.source_table = former.source_table
)

select
    source_system,
    source_table,
    load_day,
    received_count,
    former_load_count,
    former_median,
    volume_ratio,
    case
        when former_load_count < {{ var('volume_min_loads') }} then 'few'
        when volume_ratio < {{ var('volume_low_ratio') }} then 'low'
        when volume_ratio > {{ var('volume_high_ratio') }} then 'high'
        else 'ok'
    end as status
from compared
