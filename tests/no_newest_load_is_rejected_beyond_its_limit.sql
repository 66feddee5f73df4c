-- Of the newest load of a table no more is rejected than the seed quarantine_limits allows; else nothing is published.
select
    source_system,
    source_table,
    load_day,
    reason_code,
    rejected_count,
    received_count
from {{ ref('load_audits') }}
where is_newest and status = 'stop'
