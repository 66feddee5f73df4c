-- An unmapped touchpoint keeps the channel of its record; every other kind belongs to one channel.
select
    touchpoints.channel_code,
    touchpoints.touchpoint_code,
    definitions.channel_code as defined_channel_code,
    count(*) as touchpoint_count
from {{ ref('fct_touchpoints') }} as touchpoints
left join {{ ref('dim_touchpoints') }} as definitions
    on touchpoints.touchpoint_code = definitions.touchpoint_code
where
    definitions.touchpoint_code is null
    or touchpoints.channel_code is null
    or (
        touchpoints.touchpoint_code <> 'unmapped'
        and touchpoints.channel_code <> definitions.channel_code
    )
group by
    touchpoints.channel_code,
    touchpoints.touchpoint_code,
    definitions.channel_code
