with orders as (
    select
        order_no,
        platform,
        source_system,
        order_key,
        identifier_set_key,
        ordered_at
    from {{ ref('int_orders_unioned') }}
    where order_no is not null and source_system <> 'store'
),

-- several contracts of one customer under one number are one order in parts, and the first stands for it; whatever else shares
-- a number leaves it open which order is meant
numbers as (
    select
        order_no,
        case
            when
                count(*) = 1
                or (
                    min(source_system) = 'crm'
                    and max(source_system) = 'crm'
                    and count(identifier_set_key) = count(*)
                    and min(identifier_set_key) = max(identifier_set_key)
                )
                then {{ value_at_first('order_key', ['ordered_at', 'order_key']) }}
        end as only_order_key
    from orders
    group by order_no
),

-- a platform is where a shop sells: contracts and enrolments have none
by_platform as (
    select
        order_no,
        platform,
        min(case when source_system = 'ecommerce' then order_key end) as order_key
    from orders
    group by order_no, platform
)

select
    by_platform.order_no,
    by_platform.platform,
    by_platform.order_key,
    numbers.only_order_key
from by_platform
inner join numbers on by_platform.order_no = numbers.order_no
