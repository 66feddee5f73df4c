select
    touchpoints.session_id,
    min(touchpoints.channel_code) as first_channel_code,
    max(touchpoints.channel_code) as last_channel_code,
    min(sessions.channel_code) as session_channel_code
from {{ ref('fct_touchpoints') }} as touchpoints
inner join {{ ref('fct_sessions') }} as sessions
    on touchpoints.session_id = sessions.session_id
group by touchpoints.session_id
having
    min(touchpoints.channel_code) <> max(touchpoints.channel_code)
    or min(touchpoints.channel_code) <> min(sessions.channel_code)
