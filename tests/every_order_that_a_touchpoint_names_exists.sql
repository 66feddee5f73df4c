select
    touchpoints.touchpoint_id,
    touchpoints.order_id
from {{ ref('fct_touchpoints') }} as touchpoints
left join {{ ref('fct_orders') }} as orders on touchpoints.order_id = orders.order_id
where touchpoints.order_id is not null and orders.order_id is null
