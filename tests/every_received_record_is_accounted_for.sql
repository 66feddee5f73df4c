-- What the files hold (counted by another reader than the one that loads) became accepted, duplicate, quarantined, out of
-- scope or erased; no column of the ledger is a subtraction.
select
    source_system,
    source_table,
    load_day,
    received,
    accepted + duplicate + quarantined + out_of_scope + erased as accounted_for
from {{ ref('record_ledger') }}
where
    received <> accepted + duplicate + quarantined + out_of_scope + erased
    or least(received, accepted, duplicate, quarantined, out_of_scope, erased) < 0
