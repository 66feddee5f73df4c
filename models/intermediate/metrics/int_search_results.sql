{{ config(materialized='view') }}
select
    record_key,
    result_count,
    clicked_item_id
from {{ ref('stg_website__events') }}
union all
select
    record_key,
    result_count,
    clicked_item_id
from {{ ref('stg_app__events') }}
union all
select
    record_key,
    result_count,
    clicked_item_id
from {{ ref('stg_ecommerce__searches') }}
