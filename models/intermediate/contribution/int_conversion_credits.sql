{{ config(materialized='view') }}
with splits as (
    select * from {{ ref('int_conversion_splits') }}
),

credits as (
    select * from {{ ref('int_split_credits') }}
)

select
    splits.goal_code,
    splits.conversion_key,
    splits.user_key,
    splits.converted_date,
    splits.level,
    {{ at_level('splits.level', 'credits.%s_code') }} as code,
    credits.channel_code,
    credits.campaign_code,
    credits.touchpoint_key,
    case when splits.value < 0 then -1 else 1 end as value_sign,
    credits.cents,
    credits.is_first,
    credits.is_last,
    credits.is_last_non_direct,
    credits.linear_units,
    credits.linear_cents,
    credits.position_based_units,
    credits.position_based_cents,
    credits.w_shaped_units,
    credits.w_shaped_cents,
    credits.time_decay_units,
    credits.time_decay_cents
from splits
inner join credits on splits.split_key = credits.split_key
