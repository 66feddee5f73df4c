with orders as (
    select
        order_no,
        platform,
        source_system,
        order_key
    from {{ ref('int_orders_unioned') }}
    where order_no is not null and source_system <> 'store'
)

select
    order_no,
    platform,
    -- a platform is where a shop sells: contracts and enrolments have none
    min(case when source_system = 'ecommerce' then order_key end) as order_key,
    case
        when count(*) over (partition by order_no) = 1 and count(*) = 1
            then min(order_key)
    end as only_order_key
from orders
group by order_no, platform
