{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    pre_hook="{{ forget_gone_files() }}",
    post_hook="{{ remember_read_files(told_by=ref('stg_landing__files')) }}"
) }}
with files as (
    select * from {{ ref('stg_landing__files') }}
    {%- if execute and is_incremental() %}
    where {{ is_unread('file_key') }}
    {%- endif %}
),

all_files as (
    select * from {{ ref('stg_landing__files') }}
),

landed_loads as (
    {{ landed_loads('files') if execute }}
)

select
    landed_loads.file_key,
    all_files.source_system,
    all_files.source_table,
    landed_loads.loaded_at,
    {{ load_day('landed_loads.loaded_at') if execute }} as load_day,
    landed_loads.received_count
from landed_loads
inner join all_files on landed_loads.file_key = all_files.file_key
