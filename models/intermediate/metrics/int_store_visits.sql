with touchpoints as (
    select
        record_key,
        user_key,
        channel_code,
        {{ business_date('occurred_at') }} as visited_date
    from {{ ref('int_touchpoints_resolved') }}
    where interaction_type = 'visit'
),

visits as (
    select
        touchpoints.*,
        visits.store_id
    from touchpoints
    inner join {{ ref('stg_store__visits') }} as visits
        on touchpoints.record_key = visits.record_key
),

identifier_sets as (
    select * from {{ ref('int_identifier_sets_resolved') }}
),

-- a return is not paid, and so no purchase
purchases as (
    select distinct
        receipts.store_id,
        identifier_sets.user_key,
        orders.ordered_date
    from {{ ref('int_orders_converted') }} as orders
    inner join {{ ref('stg_store__transactions') }} as receipts
        on orders.order_key = receipts.record_key
    inner join identifier_sets
        on orders.identifier_set_key = identifier_sets.identifier_set_key
    where orders.is_paid and identifier_sets.user_key is not null
)

select
    visits.record_key as visit_key,
    visits.user_key,
    visits.channel_code,
    visits.visited_date,
    cast(date_trunc('month', visits.visited_date) as date) as month_start_date,
    visits.user_key is not null as is_identified,
    purchases.user_key is not null as has_purchase
from visits
left join purchases
    on
        visits.user_key = purchases.user_key
        and visits.store_id = purchases.store_id
        and visits.visited_date = purchases.ordered_date
