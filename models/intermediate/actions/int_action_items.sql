-- the item that an action of each kind would speak of
with recommended as (
    select * from {{ ref('int_item_recommendations') }}
    where recommendation_rank = 1
),

next_items as (
    select * from {{ ref('int_next_items') }}
)

select
    user_key,
    'recommendation' as item_source,
    item_id,
    reason_item_id
from recommended
union all
select
    user_key,
    'next_' || item_kind as item_source,
    item_id,
    reason_item_id
from next_items
