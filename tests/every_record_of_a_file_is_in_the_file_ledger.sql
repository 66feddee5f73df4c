-- What each landed file holds became accepted, duplicate, quarantined, out of scope, erased or
-- expired.
select
    source_file,
    received_count,
    accepted_count,
    duplicate_count,
    quarantined_count,
    out_of_scope_count,
    erased_count,
    expired_count
from {{ ref('file_ledger') }}
where
    received_count
    <> accepted_count
    + duplicate_count
    + quarantined_count
    + out_of_scope_count
    + erased_count
    + expired_count
