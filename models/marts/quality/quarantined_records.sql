with quarantined as (
    select * from {{ ref('int_records_quarantined') }}
)

select
    source_system,
    source_table,
    {{ key_as_id('record_key') }} as record_id,
    {{ public_text('landed_path') }} as source_file,
    source_row,
    reason_code,
    loaded_at as detected_at,
    {{ load_day('loaded_at') }} as load_day
from quarantined
