{{ config(materialized=view_with_statistics()) }}
with splits as (
    select distinct
        split_key,
        user_key,
        stretch_key,
        step_level,
        cast(abs(value) * 100 as bigint) as cents
    from {{ ref('int_conversion_splits') }}
),

steps as (
    select * from {{ ref('int_journey_steps') }}
)

select
    splits.split_key,
    splits.user_key,
    splits.cents,
    steps.touchpoint_key,
    steps.channel_code,
    steps.touchpoint_code,
    steps.campaign_code,
    steps.touch_number,
    steps.last_number,
    steps.occurred_at,
    steps.next_lead_number,
    steps.next_non_direct_number
from splits
inner join steps on splits.stretch_key = steps.stretch_key
where {{ at_level('splits.step_level', 'steps.is_%s_step') }}
