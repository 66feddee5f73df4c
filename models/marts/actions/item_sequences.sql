select
    item_kind,
    from_item_id,
    to_item_id,
    cast(sequence_rank as integer) as sequence_rank,
    user_count,
    from_user_count,
    {{ published_share('next_share', 'user_count', 'from_user_count') }},
    {{ is_suppressed('from_user_count') }} as is_suppressed
from {{ ref('int_item_sequences') }}
