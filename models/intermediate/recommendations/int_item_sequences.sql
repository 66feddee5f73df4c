with moments as (
    select * from {{ ref('int_item_moments') }}
    where is_learned_from
),

-- everybody who took it up, whether or not something came next
starts as (
    select
        item_kind,
        item_id,
        count(*) as from_user_count
    from moments
    group by item_kind, item_id
),

steps as (
    select
        one.item_kind,
        one.item_id as from_item_id,
        other.item_id as to_item_id,
        count(*) as user_count
    from moments as one
    inner join moments as other
        on
            one.user_key = other.user_key
            and one.item_kind = other.item_kind
            and one.step_number + 1 = other.step_number
    group by one.item_kind, one.item_id, other.item_id
),

ranked as (
    select
        steps.item_kind,
        steps.from_item_id,
        steps.to_item_id,
        steps.user_count,
        starts.from_user_count,
        row_number() over (
            partition by steps.item_kind, steps.from_item_id
            order by steps.user_count desc, steps.to_item_id asc
        ) as sequence_rank
    from steps
    inner join starts
        on
            steps.item_kind = starts.item_kind
            and steps.from_item_id = starts.item_id
)

select
    item_kind,
    from_item_id,
    to_item_id,
    sequence_rank,
    user_count,
    from_user_count
from ranked
where
    sequence_rank <= {{ var('affinity_neighbours') }}
    and user_count >= {{ var('affinity_min_support') }}
