with orders as (
    select * from {{ ref('int_orders_converted') }}
    where not is_return
),

identifier_sets as (
    select * from {{ ref('int_identifier_sets_resolved') }}
),

persons as (
    select
        user_key,
        region
    from {{ ref('int_user_attributes') }}
)

-- the same as of cases: complaints and the orders that they are held against belong to one region
select
    orders.order_key,
    orders.ordered_date,
    coalesce(orders.region, persons.region) as region,
    coalesce(identifier_sets.user_key, orders.order_key) as unit_key
from orders
left join identifier_sets
    on orders.identifier_set_key = identifier_sets.identifier_set_key
left join persons on identifier_sets.user_key = persons.user_key
