with drifts as (
    select * from {{ ref('int_schema_drifts') }}
)

select
    source_system,
    source_table,
    column_name,
    drift,
    is_needed,
    file_count,
    first_seen_at
from drifts
