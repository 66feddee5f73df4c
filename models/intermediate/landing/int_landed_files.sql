{{ config(materialized='view') }}
with files as (
    select * from {{ ref('stg_landing__files') }}
)

select
    file_key,
    source_system,
    source_table,
    landed_path,
    {{ public_text('landed_path') }} as public_path,
    content_hash,
    record_count
from files
