{{ config(materialized='view') }}
-- what depends on more than the person's own interactions is joined here, not remembered
with outcomes as (
    select * from {{ ref('int_funnel_outcomes') }}
),

attributes as (
    select * from {{ ref('int_user_attributes') }}
)

select
    outcomes.funnel_number,
    outcomes.user_key,
    outcomes.entry_key,
    outcomes.entered_at,
    outcomes.reached_steps,
    outcomes.entry_context_key,
    outcomes.last_context_key,
    attributes.customer_tier,
    {{ row_hash([
        'outcomes.funnel_number',
        'outcomes.entry_context_key',
        'outcomes.last_context_key',
        'attributes.customer_tier'
    ]) }} as kind_hash
from outcomes
left join attributes on outcomes.user_key = attributes.user_key
