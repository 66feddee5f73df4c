with deliveries as (
    select * from {{ ref('int_deliveries_identified') }}
    where order_key is not null
),

identifier_sets as (
    select * from {{ ref('int_identifier_sets_resolved') }}
)

select
    deliveries.batch_no,
    deliveries.order_key,
    identifier_sets.user_key,
    min(deliveries.delivered_at) as delivered_at,
    min(deliveries.equipment_id) as equipment_id
from deliveries
left join identifier_sets
    on deliveries.identifier_set_key = identifier_sets.identifier_set_key
group by deliveries.batch_no, deliveries.order_key, identifier_sets.user_key
