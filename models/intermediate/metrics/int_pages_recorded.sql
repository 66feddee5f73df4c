{{ config(materialized='view') }}
select
    record_key,
    {{ row_hash(['page_url']) }} as page_key
from {{ ref('stg_website__events') }}
where page_url is not null
union all
select
    record_key,
    {{ row_hash(['page_path']) }} as page_key
from {{ ref('stg_mini_program__events') }}
where page_path is not null
