{{ config(materialized='view') }}
with funnels as (
    select * from {{ ref('int_funnels') }}
),

outcomes as (
    select * from {{ ref('int_funnel_outcomes') }}
),

contexts as (
    select * from {{ ref('int_funnel_contexts') }}
),

orders as (
    select * from {{ ref('int_orders_converted') }}
),

attributes as (
    select * from {{ ref('int_user_attributes') }}
)

select
    funnels.funnel_code || ':' || {{ key_as_id('outcomes.entry_key') }} as entry_id,
    funnels.funnel_code,
    {{ key_as_id('outcomes.user_key') }} as user_id,
    {{ key_as_id('outcomes.entry_key') }} as touchpoint_id,
    outcomes.held_value,
    outcomes.entered_at,
    outcomes.reached_step,
    outcomes.last_reached_at,
    outcomes.is_converted,
    case when outcomes.is_converted then outcomes.last_reached_at end as converted_at,
    case
        when outcomes.is_converted
            then
                {{ seconds_between(
                    'outcomes.entered_at', 'outcomes.last_reached_at'
                ) }}
    end as seconds_to_convert,
    outcomes.is_excluded,
    outcomes.entered_at <= funnels.mature_until as is_mature,
    entered.channel_code,
    entered.campaign,
    entered.region,
    entered.device_class,
    attributes.customer_tier,
    {{ key_as_id('outcomes.last_touchpoint_key') }} as last_touchpoint_id,
    reached.channel_code as last_channel_code,
    reached.campaign as last_campaign,
    reached.region as last_region,
    reached.device_class as last_device_class,
    case when outcomes.is_converted and funnels.is_valued then orders.net_amount end
        as value
from outcomes
inner join funnels on outcomes.funnel_number = funnels.funnel_number
inner join contexts as entered on outcomes.entry_context_key = entered.context_key
inner join contexts as reached on outcomes.last_context_key = reached.context_key
left join orders on outcomes.last_order_key = orders.order_key
left join attributes on outcomes.user_key = attributes.user_key
