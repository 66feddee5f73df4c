-- What the files hold (counted by another reader than the one that loads) became accepted, duplicate, quarantined, out of
-- scope, erased or expired; no column of the ledger is a subtraction.
select
    source_system,
    source_table,
    load_day,
    received,
    accepted + duplicate + quarantined + out_of_scope + erased + expired
        as accounted_for
from {{ ref('record_ledger') }}
where
    received <> accepted + duplicate + quarantined + out_of_scope + erased + expired
    or least(
        received, accepted, duplicate, quarantined, out_of_scope, erased, expired
    ) < 0
