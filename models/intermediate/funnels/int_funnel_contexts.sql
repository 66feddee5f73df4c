select
    context_key,
    min(channel_code) as channel_code,
    min(campaign) as campaign,
    min(region) as region,
    min(device_class) as device_class
from {{ ref('int_funnel_interactions') }}
group by context_key
