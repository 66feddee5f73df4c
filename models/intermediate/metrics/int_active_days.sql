select distinct
    touchpoints.user_key,
    touchpoints.channel_code,
    {{ business_date('touchpoints.occurred_at') }} as active_date
from {{ ref('int_touchpoints_resolved') }} as touchpoints
inner join {{ ref('interaction_types') }} as interaction_types
    on touchpoints.interaction_type = interaction_types.interaction_type
where interaction_types.is_activity and touchpoints.user_key is not null
