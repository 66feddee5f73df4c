-- what a person took up, and when for the first time: items that were bought, articles and
-- posts that were read
with person_items as (
    select * from {{ ref('int_person_items') }}
),

reads as (
    select
        reads.user_key,
        reads.content_id,
        min(reads.occurred_at) as first_at
    from {{ ref('int_content_interactions') }} as reads
    cross join {{ ref('int_as_of') }} as as_of
    where
        reads.content_role = 'read'
        and reads.user_key is not null
        and reads.occurred_at <= as_of.as_of
    group by reads.user_key, reads.content_id
),

unioned as (
    select
        user_key,
        'item' as item_kind,
        item_id,
        first_at,
        is_compared
    from person_items
    union all
    select
        user_key,
        'content' as item_kind,
        content_id as item_id,
        first_at,
        cast(null as boolean) as is_compared
    from reads
),

ranked as (
    select
        *,
        row_number() over (
            partition by user_key, item_kind
            order by first_at desc, item_id asc
        ) as recency_rank
    from unioned
),

-- the newest ones make steps; the others are had, and nothing more
placed as (
    select
        *,
        coalesce(is_compared, recency_rank <= {{ var('max_person_items') }})
            as is_recent
    from ranked
)

select
    placed.user_key,
    placed.item_kind,
    placed.item_id,
    placed.first_at,
    -- what was taken up at one moment is one step
    case
        when placed.is_recent
            then
                dense_rank() over (
                    partition by placed.user_key, placed.item_kind, placed.is_recent
                    order by placed.first_at
                )
    end as step_number,
    placed.is_recent and consents.is_granted as is_learned_from
from placed
inner join {{ ref('int_person_consents') }} as consents
    on placed.user_key = consents.user_key and consents.purpose = 'analysis'
