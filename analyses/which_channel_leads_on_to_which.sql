-- Which channel led on to which on the way to a paid order, those that most persons bought after first. Whoever went on from
-- one channel to another counts once for the pair; persons whose way is still open do not count.
with handovers as (
    select * from {{ ref('channel_handovers') }}
    where goal_code = 'order'
),

channels as (
    select * from {{ ref('dim_channels') }}
)

select
    coalesce(from_channels.channel_name, handovers.from_channel_code)
        as from_channel_name,
    coalesce(to_channels.channel_name, handovers.to_channel_code) as to_channel_name,
    handovers.user_count,
    handovers.converted_user_count,
    handovers.conversion_count,
    handovers.value,
    handovers.conversion_rate,
    handovers.conversion_rate_low,
    handovers.conversion_rate_high
from handovers
left join channels as from_channels
    on handovers.from_channel_code = from_channels.channel_code
left join channels as to_channels
    on handovers.to_channel_code = to_channels.channel_code
order by
    handovers.converted_user_count desc,
    handovers.user_count desc,
    handovers.from_channel_code asc,
    handovers.to_channel_code asc
