with baskets as (
    select distinct basket_key from {{ ref('int_person_baskets') }}
)

select
    baskets.basket_key,
    sums.item_number,
    sums.weight,
    person_items.is_compared,
    {{ is_consumable('observed.category') }} as is_consumable
from {{ ref('int_person_items') }} as person_items
inner join baskets on person_items.user_key = baskets.basket_key
inner join {{ ref('int_item_sums') }} as sums
    on person_items.item_id = sums.item_id
inner join {{ ref('int_items_observed') }} as observed
    on person_items.item_id = observed.item_id
