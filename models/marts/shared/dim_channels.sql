select
    channel_code,
    channel_name,
    channel_name_zh,
    channel_kind,
    value_label
from {{ ref('channels') }}
where {{ of_this_industry() }}
