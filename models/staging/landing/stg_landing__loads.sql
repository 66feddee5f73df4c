with files as (
    select * from {{ ref('stg_landing__files') }}
),

landed_loads as (
    {{ landed_loads('files') if execute }}
)

select
    landed_loads.file_key,
    files.source_system,
    files.source_table,
    landed_loads.loaded_at,
    {{ load_day('landed_loads.loaded_at') if execute }} as load_day,
    landed_loads.received_count
from landed_loads
inner join files on landed_loads.file_key = files.file_key
