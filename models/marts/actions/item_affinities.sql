with affinities as (
    select * from {{ ref('int_item_affinities') }}
),

measured as (
    select
        item_id,
        other_item_id,
        cast(affinity_rank as integer) as affinity_rank,
        user_count,
        item_user_count,
        other_user_count,
        person_count,
        cast(gain + cast(floor(
            cast(popularity as {{ double_type() }}) * prior_share / 1000000000
        ) as bigint) as {{ double_type() }}) / 1000000000 as score,
        {{ published_share('confidence', 'user_count', 'item_user_count') }},
        {{ is_suppressed('item_user_count') }} as is_suppressed
    from affinities
)

select
    item_id,
    other_item_id,
    affinity_rank,
    score,
    user_count,
    item_user_count,
    other_user_count,
    person_count,
    cast(user_count as {{ double_type() }}) / person_count as support_share,
    confidence,
    confidence_low,
    confidence_high,
    confidence * person_count / other_user_count as lift,
    is_suppressed
from measured
