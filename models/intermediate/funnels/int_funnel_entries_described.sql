{{ config(materialized='view') }}
-- what depends on more than the person's own interactions is joined here, not remembered
with outcomes as (
    select * from {{ ref('int_funnel_outcomes') }}
),

attributes as (
    select * from {{ ref('int_user_attributes') }}
),

rfm as (
    select * from {{ ref('int_person_rfm') }}
),

lifecycles as (
    select * from {{ ref('int_person_lifecycles') }}
),

unscored as (
    select segment_code from {{ ref('rfm_segments') }}
    where {{ of_this_industry() }} and recency_from is null
),

-- an entry is of one kind by its places and of another by its person: few of each, where pairs of them would be many
views as (
    select true as is_of_place
    union all
    select false as is_of_place
),

viewed as (
    select
        outcomes.funnel_number,
        outcomes.user_key,
        outcomes.entry_key,
        outcomes.entered_at,
        outcomes.reached_steps,
        views.is_of_place,
        case when views.is_of_place then outcomes.entry_context_key end
            as entry_context_key,
        case when views.is_of_place then outcomes.last_context_key end
            as last_context_key,
        case when not views.is_of_place then attributes.customer_tier end
            as customer_tier,
        case
            when not views.is_of_place
                then coalesce(rfm.rfm_segment_code, unscored.segment_code)
        end as rfm_segment_code,
        case when not views.is_of_place then lifecycles.lifecycle_stage end
            as lifecycle_stage
    from outcomes
    cross join views
    cross join unscored
    left join attributes on outcomes.user_key = attributes.user_key
    left join rfm on outcomes.user_key = rfm.user_key
    left join lifecycles on outcomes.user_key = lifecycles.user_key
)

select
    *,
    {{ row_hash([
        'funnel_number',
        'is_of_place',
        'entry_context_key',
        'last_context_key',
        'customer_tier',
        'rfm_segment_code',
        'lifecycle_stage'
    ]) }} as kind_hash
from viewed
