{{ config(materialized='view') }}
-- what depends on more than the person's own interactions is joined here, not remembered
with outcomes as (
    select * from {{ ref('int_funnel_outcomes') }}
),

attributes as (
    select * from {{ ref('int_user_attributes') }}
)

select
    outcomes.funnel_code,
    outcomes.user_key,
    outcomes.entry_key,
    outcomes.entered_at,
    outcomes.reached_step,
    outcomes.entry_channel_code,
    coalesce(outcomes.entry_campaign, '(none)') as entry_campaign,
    coalesce(outcomes.entry_region, '(unknown)') as entry_region,
    coalesce(outcomes.entry_device_class, '(unknown)') as entry_device_class,
    outcomes.last_channel_code,
    coalesce(outcomes.last_campaign, '(none)') as last_campaign,
    coalesce(outcomes.last_region, '(unknown)') as last_region,
    coalesce(outcomes.last_device_class, '(unknown)') as last_device_class,
    coalesce(attributes.customer_tier, '(unknown)') as customer_tier
from outcomes
left join attributes on outcomes.user_key = attributes.user_key
