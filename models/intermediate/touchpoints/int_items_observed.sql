with catalogued as (
    select
        item_id,
        item_name,
        category,
        price
    from {{ ref('stg_catalog__items') }}
),

observed as (
    select item_id from {{ ref('stg_ecommerce__order_items') }}
    union
    select item_id from {{ ref('stg_store__transaction_items') }}
    union
    select item_id from {{ ref('stg_production__batches') }}
    where item_id is not null
    union
    select item_id from {{ ref('int_touchpoints_sessionised') }}
    where item_id is not null
),

items as (
    select item_id from observed
    union
    select item_id from catalogued
)

select
    items.item_id,
    catalogued.item_name,
    catalogued.category,
    catalogued.price,
    catalogued.item_id is not null as is_catalogued
from items
left join catalogued on items.item_id = catalogued.item_id
