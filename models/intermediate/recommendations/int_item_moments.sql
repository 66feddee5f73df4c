-- what a person took up, and when for the first time: items that were bought, articles and
-- posts that were read
with person_items as (
    select person_items.*
    from {{ ref('int_person_items') }} as person_items
    where person_items.is_compared
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
        first_at
    from person_items
    union all
    select
        user_key,
        'content' as item_kind,
        content_id as item_id,
        first_at
    from reads
),

newest as (
    select
        *,
        row_number() over (
            partition by user_key, item_kind
            order by first_at desc, item_id asc
        ) as recency_rank
    from unioned
)

select
    newest.user_key,
    newest.item_kind,
    newest.item_id,
    newest.first_at,
    -- what was taken up at one moment is one step
    dense_rank() over (
        partition by newest.user_key, newest.item_kind
        order by newest.first_at
    ) as step_number,
    consents.is_granted as is_learned_from
from newest
inner join {{ ref('int_person_consents') }} as consents
    on newest.user_key = consents.user_key and consents.purpose = 'analysis'
where newest.recency_rank <= {{ var('max_person_items') }}
