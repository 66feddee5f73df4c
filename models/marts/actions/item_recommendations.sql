select
    {{ key_as_id('user_key') }} as user_id,
    item_id,
    cast(recommendation_rank as integer) as recommendation_rank,
    score,
    reason_kind,
    reason_item_id
from {{ ref('int_item_recommendations') }}
