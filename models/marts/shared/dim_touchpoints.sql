select
    touchpoint_code,
    touchpoint_name,
    touchpoint_name_zh,
    channel_code,
    touchpoint_kind,
    journey_stage,
    interaction_type,
    is_attributable,
    is_page_view,
    cast(priority as integer) as priority
from {{ ref('touchpoints') }}
where {{ of_this_industry() }}
