with orders as (
    select * from {{ ref('int_orders_converted') }}
),

order_items as (
    select * from {{ ref('int_orders_itemised') }}
),

identifier_sets as (
    select * from {{ ref('int_identifier_sets_resolved') }}
),

as_of as (
    select * from {{ ref('int_as_of') }}
),

-- what was paid by then: a run that looks back sees nothing of what came later
bought as (
    select
        identifier_sets.user_key,
        order_items.item_id,
        orders.order_key,
        orders.ordered_at,
        as_of.as_of
    from orders
    inner join order_items on orders.order_key = order_items.order_key
    inner join identifier_sets
        on orders.identifier_set_key = identifier_sets.identifier_set_key
    cross join as_of
    where
        orders.is_paid
        and not orders.is_return
        and orders.ordered_at <= as_of.as_of
        and coalesce(orders.paid_at, orders.ordered_at) <= as_of.as_of
        and identifier_sets.user_key is not null
),

summed as (
    select
        user_key,
        item_id,
        min(ordered_at) as first_at,
        max(ordered_at) as last_at,
        count(distinct order_key) as order_count,
        max(as_of) as as_of
    from bought
    group by user_key, item_id
),

-- a person's newest items alone: what one buys for a whole company would be compared with
-- itself without end
ranked as (
    select
        *,
        row_number() over (
            partition by user_key
            order by last_at desc, item_id asc
        ) as recency_rank
    from summed
)

select
    user_key,
    item_id,
    first_at,
    last_at,
    order_count,
    recency_rank,
    recency_rank <= {{ var('max_person_items') }} as is_compared,
    -- whole millionths: sums do not depend on the order of their parts; never 0, as what is
    -- compared is divided by these sums
    cast(greatest(1, floor(
        1000000 * power(
            cast(0.5 as {{ double_type() }}),
            {{ seconds_between('last_at', 'as_of') }}
            / ({{ var('affinity_half_life_days') }} * 86400)
        )
    )) as bigint) as weight
from ranked
