{{ config(materialized='view') }}
with touchpoints as (
    select * from {{ ref('int_touchpoints_resolved') }}
),

orders as (
    select * from {{ ref('int_orders_converted') }}
)

select
    {{ key_as_id('touchpoints.touchpoint_key') }} as touchpoint_id,
    {{ key_as_id('touchpoints.user_key') }} as user_id,
    {{ key_as_id('touchpoints.session_key') }} as session_id,
    touchpoints.occurred_at,
    {{ business_date('touchpoints.occurred_at') }} as occurred_date,
    touchpoints.channel_code,
    touchpoints.touchpoint_code,
    touchpoints.source_system,
    {{ key_as_id('touchpoints.record_key') }} as source_record_id,
    {{ key_as_id('touchpoints.order_key') }} as order_id,
    touchpoints.item_id,
    touchpoints.campaign,
    touchpoints.region,
    case when orders.is_paid or orders.is_return then orders.net_amount end as value,
    coalesce(orders.is_paid, false) as is_conversion
from touchpoints
left join orders on touchpoints.touchpoint_key = orders.order_key
