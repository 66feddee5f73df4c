select
    item_id,
    item_name,
    category,
    price,
    is_catalogued
from {{ ref('int_items_observed') }}
